import { useEffect } from 'preact/hooks';
import { type Ended, useWorker } from '../use-worker.js';
import type { Quantized, QuantizeProgress, QuantizeRequest } from './protocol.js';

/** A quantization, as far as it is known. */
export type QuantizeState =
  | { readonly phase: 'idle' | 'stopped' }
  | { readonly phase: 'running'; readonly what: string; readonly share: number }
  | { readonly phase: 'finished'; readonly quantized: Quantized }
  | { readonly phase: 'failed'; readonly message: string };

const idle: QuantizeState = { phase: 'idle' };
const createWorker = () => new Worker(new URL('./quantize.worker.ts', import.meta.url), { type: 'module' });

/** What is known after a report of the worker, or its end. */
export function after(_known: QuantizeState, report: QuantizeProgress | Ended): QuantizeState {
  switch (report.kind) {
    case 'progress':
      return { phase: 'running', what: report.what, share: report.share };
    case 'finished':
      return { phase: 'finished', quantized: report.quantized };
    case 'failed':
      return { phase: 'failed', message: report.message };
    case 'stopped':
      return { phase: 'stopped' };
  }
}

/** A worker that quantizes a model, and can be ended at any moment; another model forgets the one before. */
export function useQuantizer(model: QuantizeRequest['model']) {
  const { state, start, stop, forget } = useWorker(createWorker, idle, after);
  useEffect(forget, [model]);
  return {
    state,
    start: (request: Omit<QuantizeRequest, 'model'>) =>
      start({ model, ...request } satisfies QuantizeRequest, { phase: 'running', what: '', share: 0 }),
    stop,
  };
}
