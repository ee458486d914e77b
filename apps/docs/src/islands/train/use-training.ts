import { type Ended, useWorker } from '../use-worker.js';
import type { EpochState, TrainReport, TrainRequest } from './protocol.js';

/** One form as far as it has been trained. */
export interface Training {
  readonly phase: 'idle' | 'running' | 'finished' | 'stopped' | 'failed';
  /** Of the present epoch, from 0 to 1. */
  readonly share: number;
  readonly loss?: number;
  /** Before the first epoch, and after each. */
  readonly states: readonly EpochState[];
  readonly message?: string;
}

const idle: Training = { phase: 'idle', share: 0, states: [] };
const createWorker = () => new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module' });

/** What changes with one report of the worker. */
function after(known: Training, report: TrainReport | Ended): Training {
  switch (report.kind) {
    case 'step':
      return { ...known, share: report.share, loss: report.loss };
    case 'epoch':
      return { ...known, share: 0, states: [...known.states, report.state] };
    case 'failed':
      return { ...known, phase: 'failed', message: report.message };
    case 'finished':
    case 'stopped':
      return { ...known, phase: report.kind };
  }
}

/** A worker that trains one form, and can be ended at any moment. */
export function useTraining() {
  const { state, start, stop } = useWorker(createWorker, idle, after);
  return {
    training: state,
    start: (request: TrainRequest) => start(request, { phase: 'running', share: 0, states: [] }),
    stop,
  };
}
