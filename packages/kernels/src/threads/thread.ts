/** @file The script of a thread in a browser. */
import { serveThread, type ThreadMessage } from './serve-thread.js';
import { createPieces, createTeam, createWaiting } from './team.js';

serveThread(createTeam(createWaiting(), createPieces()), {
  receive: (handle) => {
    globalThis.addEventListener('message', ({ data }: MessageEvent<ThreadMessage>) => handle(data));
  },
  send: (answer) => {
    (globalThis as unknown as { postMessage(message: unknown): void }).postMessage(answer);
  },
});
