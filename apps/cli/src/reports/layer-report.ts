import type { SeparableAccount } from '@sepconv/cost-model';
import type { LayerOptions } from '../layer-graphs.js';
import type { Timing } from '../measure.js';
import type { EngineReport } from '../measure-graphs.js';

/** The four networks of one layer, timed side by side. */
export interface LayerMeasurement {
  readonly engine: EngineReport;
  readonly standard: Timing;
  readonly separable: Timing;
  readonly depthwise: Timing;
  readonly pointwise: Timing;
}

/** All that `layer` knows. */
export interface LayerReport {
  readonly layer: LayerOptions;
  readonly account: SeparableAccount;
  /** Absent with --no-measure. */
  readonly measured?: LayerMeasurement;
}
