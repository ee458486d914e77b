import type { LayerOptions } from '@sepconv/mobilenet';
import { type Ended, useWorker } from '../use-worker.js';
import type { FormTimings, MeasureReport, MeasureRequest } from './protocol.js';

/** How far a measurement has come. */
export type Phase = 'idle' | 'preparing' | 'running' | 'finished' | 'stopped' | 'failed';

/** A measurement, as far as it is known. */
export interface Measurement {
  readonly phase: Phase;
  readonly layer?: LayerOptions;
  readonly engine?: Extract<MeasureReport, { kind: 'engine' }>;
  readonly rounds?: number;
  readonly forms?: FormTimings;
  /** Known at the end: whether the times have settled. */
  readonly isSteady?: boolean;
  readonly message?: string;
}

const idle: Measurement = { phase: 'idle' };
const createWorker = () => new Worker(new URL('./measure.worker.ts', import.meta.url), { type: 'module' });

/** What changes with one report of the worker. */
function after(current: Measurement, report: MeasureReport | Ended): Measurement {
  switch (report.kind) {
    case 'engine':
      return { ...current, engine: report };
    case 'timing':
      return { ...current, phase: 'running', rounds: report.rounds, forms: report.forms };
    case 'finished':
      return { ...current, phase: 'finished', forms: report.forms, isSteady: report.isSteady };
    case 'failed':
      return { ...current, phase: 'failed', message: report.message };
    case 'stopped':
      return { ...current, phase: 'stopped' };
  }
}

/** A worker that measures one layer at a time, and can be ended at any moment. */
export function useMeasurement() {
  const { state, start, stop } = useWorker(createWorker, idle, after);
  return {
    measurement: state,
    start: (layer: LayerOptions) => start({ layer } satisfies MeasureRequest, { phase: 'preparing', layer }),
    stop,
  };
}
