import type { Graph } from '@sepconv/graph';
import { useEffect } from 'preact/hooks';
import { type Ended, useWorker } from '../use-worker.js';
import type { LayersReport, LayersRequest } from './protocol.js';
import type { MeasuredLayers } from './roofline-data.js';

/** A measurement of a network's layers, as far as it is known. */
export type LayersState =
  | { readonly phase: 'idle' | 'preparing' | 'stopped' }
  | { readonly phase: 'running'; readonly rounds: number }
  | { readonly phase: 'finished'; readonly measured: MeasuredLayers }
  | { readonly phase: 'failed'; readonly message: string };

const idle: LayersState = { phase: 'idle' };
const createWorker = () => new Worker(new URL('./layers.worker.ts', import.meta.url), { type: 'module' });

function after(_known: LayersState, report: LayersReport | Ended): LayersState {
  switch (report.kind) {
    case 'round':
      return { phase: 'running', rounds: report.rounds };
    case 'finished':
      return { phase: 'finished', measured: report.measured };
    case 'failed':
      return { phase: 'failed', message: report.message };
    case 'stopped':
      return { phase: 'stopped' };
  }
}

/** A worker that measures a network's layers, and can be ended at any moment; another network forgets what was measured. */
export function useLayers(graph: Graph) {
  const { state, start, stop, forget } = useWorker(createWorker, idle, after);
  useEffect(forget, [graph]);
  return {
    state,
    start: () => start({ graph } satisfies LayersRequest, { phase: 'preparing' }),
    stop,
  };
}
