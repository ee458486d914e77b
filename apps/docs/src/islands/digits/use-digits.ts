import { useEffect, useRef, useState } from 'preact/hooks';
import type { Classification } from '../model/classify.js';
import type { DigitReport, DigitRequest } from './digits.worker.js';

/** The digit network in its worker, as far as it has answered. */
export interface DigitsState {
  readonly samples?: readonly Uint8Array[];
  readonly result?: Classification;
  readonly failure?: string;
}

/** Starts the worker when the piece appears, and asks it for one image at a time. */
export function useDigits() {
  const [state, setState] = useState<DigitsState>({});
  const worker = useRef<Worker>();
  useEffect(() => {
    const current = new Worker(new URL('./digits.worker.ts', import.meta.url), { type: 'module' });
    worker.current = current;
    current.addEventListener('message', ({ data }: MessageEvent<DigitReport>) => {
      setState((known) => {
        if (data.kind === 'samples') return { ...known, samples: data.samples };
        if (data.kind === 'classified') return { ...known, result: data.result };
        return { ...known, failure: data.message };
      });
    });
    current.addEventListener('error', ({ message }) => {
      setState((known) => ({ ...known, failure: message || 'the worker could not be started' }));
    });
    return () => current.terminate();
  }, []);
  const classify = (image: Uint8Array) => worker.current?.postMessage({ image } satisfies DigitRequest);
  return { state, classify };
}
