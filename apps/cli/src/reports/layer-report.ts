import type { SeparableAccount } from '@sepconv/cost-model';
import type { Timing } from '@sepconv/kernels/measure';
import type { LayerOptions } from '@sepconv/mobilenet';
import type { EngineReport } from '../measure-graphs.js';

/** The four networks of one layer, timed side by side. */
export interface LayerMeasurement {
  readonly engine: EngineReport;
  /** Whether the times had settled when the measurement ended. */
  readonly isSteady: boolean;
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
