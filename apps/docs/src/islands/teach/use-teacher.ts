import { useEffect, useRef, useState } from 'preact/hooks';
import type { Guess } from '../model/classify.js';
import type { Taught, TeachReport, TeachRequest, TeachStep } from './protocol.js';

/** How far the teaching is. */
export interface TeachState {
  readonly phase: 'idle' | 'teaching' | 'stopped' | 'taught';
  readonly step?: TeachStep;
  readonly share?: number;
  readonly taught?: Taught;
  readonly guesses?: readonly Guess[];
  readonly milliseconds?: number;
  readonly failure?: string;
}

/** What is known after a report of the worker. */
function after(known: TeachState, report: TeachReport): TeachState {
  switch (report.kind) {
    case 'progress':
      return { phase: 'teaching', step: report.step, share: report.share };
    case 'taught':
      return { phase: 'taught', taught: report.taught };
    case 'classified': {
      const { failure: _, ...rest } = known;
      return { ...rest, guesses: report.guesses, milliseconds: report.milliseconds };
    }
    case 'failed':
      return report.of === 'teach'
        ? { phase: 'idle', failure: report.message }
        : { ...known, failure: report.message };
  }
}

/** A worker that is taught, stays as long as what it has learnt, and can be ended at any moment. */
export function useTeacher() {
  const [state, setState] = useState<TeachState>({ phase: 'idle' });
  const worker = useRef<Worker>();
  /** An image is sent when the one before is answered, so that a camera never runs ahead. */
  const answered = useRef<() => void>();
  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
    answered.current?.();
  };
  useEffect(() => end, []);

  const teach = (request: Omit<Extract<TeachRequest, { kind: 'teach' }>, 'kind'>) => {
    end();
    setState({ phase: 'teaching', step: 'reading', share: 0 });
    const current = new Worker(new URL('./teach.worker.ts', import.meta.url), { type: 'module' });
    worker.current = current;
    const known = (report: TeachReport) => {
      if (worker.current !== current) return;
      setState((before) => after(before, report));
      if (report.kind !== 'progress') answered.current?.();
    };
    current.addEventListener('message', ({ data }: MessageEvent<TeachReport>) => known(data));
    current.addEventListener('error', ({ message }) =>
      known({ kind: 'failed', of: 'teach', message: message || 'the worker could not be started' }),
    );
    current.postMessage({ kind: 'teach', ...request } satisfies TeachRequest);
  };
  const classify = (image: Blob): Promise<void> =>
    new Promise((resolve) => {
      answered.current?.();
      answered.current = resolve;
      if (worker.current === undefined) return resolve();
      worker.current.postMessage({ kind: 'classify', image } satisfies TeachRequest);
    });
  const stop = () => {
    end();
    setState({ phase: 'stopped' });
  };
  return { state, teach, classify, stop };
}
