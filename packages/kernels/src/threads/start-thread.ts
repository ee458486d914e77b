/** @file Threads in browsers, and wherever else there are workers as browsers have them. */
import { EngineError } from '../errors.js';
import { refusedInPage } from './refused-worker.js';
import type { ThreadAnswer, ThreadMessage } from './serve-thread.js';

/** A thread as its pool sees it. */
export interface Thread {
  send(message: ThreadMessage): void;
  /** Whether the process is kept alive for its sake. It never is outside Node. */
  keepAlive(isKept: boolean): void;
  /** Ends it as soon as possible, whatever it is doing. */
  end(): void;
}

/** Who is told what a thread says, and why it has come to its end. */
export interface ThreadOwner {
  answered(answer: ThreadAnswer): void;
  ended(reason: string): void;
}

/** Cores that this process may use. */
export const coreCount = (): number => globalThis.navigator?.hardwareConcurrency ?? 1;

/** Why there can be no threads here, and what would help; `undefined` where there can be. */
export function threadObstacle(): string | undefined {
  if (typeof Worker === 'undefined') return 'there are no workers here';
  if (globalThis.crossOriginIsolated === false || typeof SharedArrayBuffer === 'undefined') {
    return 'memory is shared only in pages that are cross-origin isolated: serve this one with the headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", or, from Chromium 137 on, with "Document-Isolation-Policy: isolate-and-require-corp" alone';
  }
  return undefined;
}

function makeWorker(script: string | URL | undefined): Worker {
  try {
    // Bundlers know a worker by just these words.
    return script === undefined
      ? new Worker(new URL('./thread.ts', import.meta.url), { type: 'module' })
      : new Worker(script, { type: 'module' });
  } catch (error) {
    throw new EngineError(refusedInPage((error as Error).message, 'threadScript'), { cause: error });
  }
}

/**
 * Starts a thread; `script` says where `@sepconv/kernels/thread` lies, if it is not beside this file.
 *
 * @throws {EngineError} when it cannot even be made: its script is another origin's, or a policy or the system refuses it.
 */
export function startThread(script: string | URL | undefined, owner: ThreadOwner): Thread {
  const worker = makeWorker(script);
  worker.onmessage = ({ data }: MessageEvent<ThreadAnswer>) => owner.answered(data);
  worker.onerror = (event) => {
    event.preventDefault?.();
    owner.ended(refusedInPage(event.message, 'threadScript'));
  };
  return {
    send: (message) => worker.postMessage(message),
    keepAlive: () => {},
    end: () => worker.terminate(),
  };
}
