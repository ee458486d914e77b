import { useEffect, useRef, useState } from 'preact/hooks';
import type { Classification } from './classify.js';
import type { OpenShape } from './open-shape.js';
import type { ModelReport, ModelRequest } from './protocol.js';
import type { ModelSummary } from './summary.js';

/** What the page can ask a model for. */
type ReadRequest = Extract<ModelRequest, { kind: 'read' | 'example' }>;

/** A model in the page, as far as it is known. */
export interface ModelState {
  readonly phase: 'empty' | 'reading' | 'ready' | 'classifying';
  /** The file that is being read, or was. */
  readonly fileName?: string;
  /** How the page asked for it. */
  readonly request?: ReadRequest;
  readonly summary?: ModelSummary;
  readonly result?: Classification;
  /** Why the last request came to nothing, and which one it was. */
  readonly failure?: {
    readonly of: 'model' | 'image';
    readonly message: string;
    readonly open?: OpenShape;
  };
}

/** What is known after an answer of the worker. */
export function after(current: ModelState, report: ModelReport): ModelState {
  const { fileName, request, summary, result } = current;
  const file = { ...(fileName && { fileName }), ...(request && { request }) };
  switch (report.kind) {
    case 'model':
      return { phase: 'ready', summary: report.summary, ...file };
    case 'classified':
      return { ...current, phase: 'ready', result: report.result };
    case 'failed': {
      const of = current.phase === 'classifying' ? 'image' : 'model';
      return {
        phase: summary === undefined ? 'empty' : 'ready',
        ...file,
        ...(summary && { summary }),
        ...(of === 'model' && result && { result }),
        failure: { of, message: report.message, ...(report.open && { open: report.open }) },
      };
    }
  }
}

/** A worker that holds one model at a time. It stays, so that the next model needs no connection. */
export function useModel() {
  const [state, setState] = useState<ModelState>({ phase: 'empty' });
  const worker = useRef<Worker>();
  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => end, []);

  const ensureWorker = (): Worker => {
    if (worker.current !== undefined) return worker.current;
    const current = new Worker(new URL('./model.worker.ts', import.meta.url), { type: 'module' });
    worker.current = current;
    const known = (report: ModelReport) => {
      if (worker.current === current) setState((before) => after(before, report));
    };
    current.addEventListener('message', ({ data }: MessageEvent<ModelReport>) => known(data));
    current.addEventListener('error', ({ message }) => {
      known({ kind: 'failed', message: message || 'the worker could not be started' });
      end();
    });
    return current;
  };
  const read = (request: ReadRequest) => {
    // A file that takes long must not keep the next one waiting.
    if (state.phase === 'reading' || state.phase === 'classifying') end();
    const fileName = request.kind === 'read' ? request.file.name : `${request.name}.onnx`;
    setState({ phase: 'reading', fileName, request });
    ensureWorker().postMessage(request);
  };
  const classify = (request: Omit<Extract<ModelRequest, { kind: 'classify' }>, 'kind'>) => {
    setState(({ failure: _, ...known }) => ({ ...known, phase: 'classifying' }));
    ensureWorker().postMessage({ kind: 'classify', ...request } satisfies ModelRequest);
  };
  return { state, read, classify };
}
