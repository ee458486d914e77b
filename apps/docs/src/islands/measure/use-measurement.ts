import { useEffect, useRef, useState } from 'preact/hooks';
import type { MeasuredLayer } from './layers.js';
import type { MeasureReport, MeasureRequest } from './protocol.js';

/** How far a measurement has come. */
export type Phase = 'idle' | 'preparing' | 'running' | 'finished' | 'stopped' | 'failed';

/** A measurement, as far as it is known. */
export interface Measurement {
  readonly phase: Phase;
  readonly layer?: MeasuredLayer;
  readonly engine?: Extract<MeasureReport, { kind: 'engine' }>;
  readonly timing?: Extract<MeasureReport, { kind: 'timing' }>;
  readonly message?: string;
}

/** What changes with one report of the worker. */
function after(current: Measurement, report: MeasureReport): Measurement {
  switch (report.kind) {
    case 'engine':
      return { ...current, engine: report };
    case 'timing':
      return { ...current, phase: 'running', timing: report };
    case 'finished':
      return { ...current, phase: 'finished' };
    case 'failed':
      return { ...current, phase: 'failed', message: report.message };
  }
}

/** A worker that measures one layer at a time, and can be ended at any moment. */
export function useMeasurement() {
  const [measurement, setMeasurement] = useState<Measurement>({ phase: 'idle' });
  const worker = useRef<Worker>();

  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => end, []);

  const start = (layer: MeasuredLayer) => {
    end();
    setMeasurement({ phase: 'preparing', layer });
    const current = new Worker(new URL('./measure.worker.ts', import.meta.url), { type: 'module' });
    worker.current = current;
    current.addEventListener('message', ({ data }: MessageEvent<MeasureReport>) => {
      setMeasurement((known) => after(known, data));
      if (data.kind === 'finished' || data.kind === 'failed') end();
    });
    current.addEventListener('error', ({ message }) => {
      setMeasurement({ phase: 'failed', layer, message });
      end();
    });
    current.postMessage({ layer } satisfies MeasureRequest);
  };
  const stop = () => {
    end();
    setMeasurement((known) => ({ ...known, phase: 'stopped' }));
  };
  return { measurement, start, stop };
}
