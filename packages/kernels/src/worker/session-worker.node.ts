/** @file The script of a session's worker, in Node. */
import { parentPort } from 'node:worker_threads';
import type { SessionRequest } from './messages.js';
import { serveSession } from './serve-session.js';

serveSession({
  receive: (handle) => void parentPort?.on('message', (request: SessionRequest) => handle(request)),
  send: (answer, transfer) => parentPort?.postMessage(answer, [...transfer]),
});
