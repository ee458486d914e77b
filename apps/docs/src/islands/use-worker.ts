import { useEffect, useRef, useState } from 'preact/hooks';

/** What a worker's run may end with besides its own reports. */
export type Ended = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'stopped' };

const isLast = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'finished' || kind === 'failed' || kind === 'stopped';

/**
 * A worker that is asked once, reports until it has `finished` or `failed`, and can be ended at any moment. Another question ends the one
 * before.
 */
export function useWorker<State, Report extends { readonly kind: string }>(
  create: () => Worker,
  idle: State,
  after: (known: State, report: Report | Ended) => State,
) {
  const [state, setState] = useState(idle);
  const worker = useRef<Worker>();
  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => end, []);

  const tell = (report: Report | Ended) => {
    setState((known) => after(known, report));
    if (isLast(report)) end();
  };
  const start = (request: unknown, preparing: State) => {
    end();
    setState(preparing);
    const current = create();
    worker.current = current;
    const known = (report: Report | Ended) => worker.current === current && tell(report);
    current.addEventListener('message', ({ data }: MessageEvent<Report>) => known(data));
    current.addEventListener('error', ({ message }) => known({ kind: 'failed', message }));
    current.postMessage(request);
  };
  const forget = () => {
    end();
    setState(idle);
  };
  return { state, start, stop: () => tell({ kind: 'stopped' }), forget };
}
