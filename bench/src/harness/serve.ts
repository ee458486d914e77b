/** @file The worker's side: answers calls from the process that started it, or from the page's owner in a browser. */
import { pack, unpack } from './typed-json.ts';
import type { Methods } from './worker.ts';

/** A call as it travels. */
export interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The answer to a {@link Call}. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

async function answer(methods: Methods, { id, name, args }: Call): Promise<Answer> {
  try {
    return { id, result: await methods[name]?.(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Serves `methods` in a child process of Node. */
export function serveProcess(methods: Methods): void {
  process.on('message', async (call: Call) => process.send?.(await answer(methods, call)));
  // The owner is gone: nobody will ever ask again.
  process.on('disconnect', () => process.exit(0));
}

/** Serves `methods` in a page: the owner calls `callWorker` with JSON and gets JSON. */
export function servePage(methods: Methods): void {
  const callWorker = async (call: string): Promise<string> =>
    JSON.stringify(await answer(methods, JSON.parse(call, unpack) as Call), pack);
  Object.assign(globalThis, { callWorker });
}
