/** @file Workers in processes of Node. */
import { type ChildProcess, fork } from 'node:child_process';
import { bundleForNode } from './bundle.ts';
import type { Answer, Call } from './serve.ts';
import type { Worker, WorkerHost } from './worker.ts';

/** Lines of a worker's output that are kept, in case it dies. */
const keptLines = 20;

/** What a process wrote last; contenders greet and warn, which must not mix into `--json`. */
function lastWords(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''));
      lines.splice(0, lines.length - keptLines);
    });
  }
  return () => lines.join('\n');
}

function startWorker<M extends object>(
  script: string,
  flags: readonly string[],
  execPath: string,
): Worker<M> {
  const child = fork(script, {
    execPath,
    execArgv: [...flags],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const words = lastWords(child);
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastCall: Promise<unknown> = Promise.resolve();
  let nextId = 0;
  child.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  });
  const exited = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      for (const { reject } of pending.values())
        reject(new Error(`the worker ended with ${signal ?? code}:\n${words()}`));
      pending.clear();
      resolve();
    });
  });
  const send = (name: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call: Call = { id: nextId++, name, args };
      pending.set(call.id, { resolve, reject });
      child.send(call, (error) => error && reject(error));
    });
  return {
    call: (name, ...args) => {
      const result = lastCall.then(() => send(name, args));
      lastCall = result.catch(() => {});
      return result as never;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      // One that computes hears of nothing.
      const kill = setTimeout(() => child.kill('SIGKILL'), 2000);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** Workers of a script of this package, which serves with `serveProcess`; `flags` are V8's, the program that of the bench by default. */
export async function nodeHost<M extends object>(
  entry: string,
  flags: readonly string[] = [],
  execPath = process.execPath,
): Promise<WorkerHost<M>> {
  const script = await bundleForNode(entry);
  return {
    name: 'node',
    start: async () => startWorker<M>(script, flags, execPath),
    versions: () => ({}),
    close: async () => {},
  };
}
