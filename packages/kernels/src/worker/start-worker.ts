/** @file A session's worker in browsers, and wherever else there are workers as browsers have them. */
import { EngineError } from '../errors.js';
import { refusedInPage } from '../threads/refused-worker.js';
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

function makeWorker(script: string | URL | undefined): Worker {
  try {
    // Bundlers know a worker by just these words.
    return script === undefined
      ? new Worker(new URL('./session-worker.ts', import.meta.url), { type: 'module' })
      : new Worker(script, { type: 'module' });
  } catch (error) {
    const why = refusedInPage((error as Error).message, 'workerScript');
    throw new EngineError(`a session has no worker here: ${why}`, { cause: error });
  }
}

/**
 * Starts a worker; `script` says where `@sepconv/kernels/session-worker` lies, if it is not beside this file.
 *
 * @throws {EngineError} when it cannot even be made.
 */
export function startWorker(script: string | URL | undefined, owner: WorkerOwner): SessionWorker {
  const worker = makeWorker(script);
  worker.onmessage = ({ data }: MessageEvent<SessionAnswer>) => owner.answered(data);
  worker.onmessageerror = () => owner.ended('an answer could not be read');
  worker.onerror = (event) => {
    event.preventDefault?.();
    owner.ended(refusedInPage(event.message, 'workerScript'));
  };
  return {
    send: (request, transfer) => worker.postMessage(request, [...transfer]),
    keepAlive: () => {},
    end: () => worker.terminate(),
  };
}
