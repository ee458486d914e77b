import { useEffect } from 'preact/hooks';
import { type Ended, useWorker } from '../use-worker.js';
import type { GpuReport, Subject } from './protocol.js';

/** A comparison, as far as it is known. */
export type GpuState =
  | { readonly phase: 'idle' | 'starting' | 'stopped' }
  | { readonly phase: 'running'; readonly report: Extract<GpuReport, { kind: 'compiling' | 'measuring' }> }
  | { readonly phase: 'finished'; readonly report: Extract<GpuReport, { kind: 'finished' }> }
  | { readonly phase: 'failed'; readonly message: string };

const idle: GpuState = { phase: 'idle' };
const createWorker = () => new Worker(new URL('./gpu.worker.ts', import.meta.url), { type: 'module' });

/** What is known after a report of the worker, or its end. */
function after(_known: GpuState, report: GpuReport | Ended): GpuState {
  switch (report.kind) {
    case 'compiling':
    case 'measuring':
      return { phase: 'running', report };
    case 'finished':
      return { phase: 'finished', report };
    case 'failed':
      return { phase: 'failed', message: report.message };
    case 'stopped':
      return { phase: 'stopped' };
  }
}

/** A worker that compares both, and can be ended at any moment; another subject forgets the one before. */
export function useComparison(subject: Subject) {
  const { state, start, stop, forget } = useWorker<GpuState, GpuReport>(createWorker, idle, after);
  const compare = () => start(subject, { phase: 'starting' });
  useEffect(() => forget, [subject]);
  return { state, compare, stop };
}
