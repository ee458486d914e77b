import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Ended, useWorker } from '../use-worker.js';
import type { Latencies } from './candidates.js';
import { keepLatencies, readLatencies } from './kept-latencies.js';
import type { LatencyReport, LatencyRequest, Timed } from './protocol.js';

/** How far the measurement has come. */
export interface Timing {
  readonly phase: 'idle' | 'running' | 'finished' | 'stopped' | 'failed';
  /** Measured since the start. */
  readonly times: Latencies;
  /** The network that is being measured, and which it is of how many. */
  readonly current?: { readonly id: string; readonly index: number; readonly count: number };
  readonly message?: string;
}

const idle: Timing = { phase: 'idle', times: {} };
const createWorker = () => new Worker(new URL('./latency.worker.ts', import.meta.url), { type: 'module' });

/** What changes with one report of the worker. */
function after(known: Timing, report: LatencyReport | Ended): Timing {
  switch (report.kind) {
    case 'next':
      return { ...known, current: report };
    case 'time':
      return { ...known, times: { ...known.times, [report.id]: report.latency } };
    case 'failed':
      return { ...known, phase: 'failed', message: report.message };
    case 'finished':
    case 'stopped':
      return { ...known, phase: report.kind };
  }
}

/** Times of networks in this browser: those of an earlier visit, and those that are measured now. */
export function useLatencies(version: string) {
  const { state, start, stop } = useWorker(createWorker, idle, after);
  const [kept, setKept] = useState<Latencies>({});
  // After the first picture, which is the server's and knows of no visit.
  useEffect(() => setKept(readLatencies(version)), [version]);
  const latencies = useMemo(() => ({ ...kept, ...state.times }), [kept, state.times]);
  useEffect(() => {
    if (Object.keys(state.times).length > 0) keepLatencies(latencies, version);
  }, [latencies, state.times, version]);
  return {
    latencies,
    timing: state,
    start: (networks: readonly Timed[]) =>
      start({ networks } satisfies LatencyRequest, { phase: 'running', times: state.times }),
    stop,
  };
}
