/** @file Threads in Node. */
import * as os from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { refusedInNode } from './refused-worker.js';
import { serveThread, type ThreadAnswer } from './serve-thread.js';
import type { Thread, ThreadOwner } from './start-thread.js';
import { createPieces, createTeam, createWaiting } from './team.js';

/** Cores that this process may use. */
export const coreCount = (): number => os.availableParallelism();

/** Why there can be no threads here: Node always has them. */
export const threadObstacle = (): string | undefined => undefined;

/**
 * A thread's script: text, so that there is no file to be found, whatever was bundled how. `__name` is what esbuild wraps
 * functions in where it is asked to keep their names.
 */
const source = (): string => `const __name = (f) => f;
const { parentPort } = require('node:worker_threads');
(${serveThread})((${createTeam})((${createWaiting})(), (${createPieces})()), {
  receive: (handle) => parentPort.on('message', handle),
  send: (answer) => parentPort.postMessage(answer),
});`;

function makeWorker(script: string | URL | undefined): Worker {
  // Flags of the process, such as loaders, are not meant for it.
  const options = { execArgv: [], name: 'sepconv' };
  try {
    return script === undefined
      ? new Worker(source(), { ...options, eval: true })
      : new Worker(script, options);
  } catch (error) {
    throw new EngineError(refusedInNode(error, script, 'threadScript'), { cause: error });
  }
}

/**
 * Starts a thread, by a script of its own or by the text above.
 *
 * @throws {EngineError} when it cannot even be made: its script is no file, or the process may not have it.
 */
export function startThread(script: string | URL | undefined, owner: ThreadOwner): Thread {
  const worker = makeWorker(script);
  worker.unref();
  worker.on('message', (answer: ThreadAnswer) => owner.answered(answer));
  worker.on('error', (error) => owner.ended(error.message));
  worker.on('exit', () => owner.ended('it was ended'));
  return {
    send: (message) => worker.postMessage(message),
    keepAlive: (isKept) => (isKept ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}
