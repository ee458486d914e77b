/** @file The script of a session's worker, in a browser. */
import type { SessionRequest } from './messages.js';
import { serveSession } from './serve-session.js';

serveSession({
  receive: (handle) => {
    globalThis.addEventListener('message', ({ data }: MessageEvent<SessionRequest>) => handle(data));
  },
  send: (answer, transfer) => {
    (globalThis as unknown as Pick<Worker, 'postMessage'>).postMessage(answer, [...transfer]);
  },
});
