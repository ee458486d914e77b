/** @file A session's worker in Node. */
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { refusedInNode } from '../threads/refused-worker.js';
import type { SessionAnswer } from './messages.js';
import type { SessionWorker, WorkerOwner } from './start-worker.js';

function makeWorker(script: string | URL | undefined): Worker {
  const options = { execArgv: [], name: 'sepconv session' };
  try {
    return new Worker(script ?? new URL('./session-worker.node.js', import.meta.url), options);
  } catch (error) {
    const why = refusedInNode(error, script, 'workerScript');
    throw new EngineError(`a session has no worker here: ${why}`, { cause: error });
  }
}

/**
 * Starts a worker; `script` says where its script lies, if it is not beside this file.
 *
 * @throws {EngineError} when it cannot even be made: its script is no file, or the process may not have it.
 */
export function startWorker(script: string | URL | undefined, owner: WorkerOwner): SessionWorker {
  const worker = makeWorker(script);
  worker.on('message', (answer: SessionAnswer) => owner.answered(answer));
  worker.on('messageerror', (error) => owner.ended(error.message));
  worker.on('error', (error) => owner.ended(error.message));
  worker.on('exit', () => owner.ended('it was ended'));
  return {
    send: (request, transfer) => worker.postMessage(request, [...transfer]),
    keepAlive: (isKept) => (isKept ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}
