/** @file A session's worker in browsers, and wherever else there are workers as browsers have them. */
import type { SessionAnswer, SessionRequest } from './messages.js';

/** A worker as its owner sees it. */
export interface SessionWorker {
  send(request: SessionRequest, transfer: readonly ArrayBuffer[]): void;
  /** Whether the process is kept alive for its sake. It never is outside Node. */
  keepAlive(isKept: boolean): void;
  end(): void;
}

/** Who is told what a worker answers, and why it has come to its end. */
export interface WorkerOwner {
  answered(answer: SessionAnswer): void;
  ended(reason: string): void;
}

/** Starts a worker; `script` says where `@sepconv/kernels/session-worker` lies, if it is not beside this file. */
export function startWorker(script: string | URL | undefined, owner: WorkerOwner): SessionWorker {
  // Bundlers know a worker by just these words.
  const worker =
    script === undefined
      ? new Worker(new URL('./session-worker.ts', import.meta.url), { type: 'module' })
      : new Worker(script, { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<SessionAnswer>) => owner.answered(data);
  worker.onmessageerror = () => owner.ended('an answer could not be read');
  worker.onerror = (event) => {
    event.preventDefault?.();
    owner.ended(
      event.message ??
        'its script could not be loaded: the bundler or the server has to give it; see the option workerScript',
    );
  };
  return {
    send: (request, transfer) => worker.postMessage(request, [...transfer]),
    keepAlive: () => {},
    end: () => worker.terminate(),
  };
}
