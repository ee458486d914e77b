/** @file A session's worker in Node. */
import { Worker } from 'node:worker_threads';
import type { SessionAnswer } from './messages.js';
import type { SessionWorker, WorkerOwner } from './start-worker.js';

/** Starts a worker; `script` says where its script lies, if it is not beside this file. */
export function startWorker(script: string | URL | undefined, owner: WorkerOwner): SessionWorker {
  const worker = new Worker(script ?? new URL('./session-worker.node.js', import.meta.url), {
    execArgv: [],
    name: 'sepconv session',
  });
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
