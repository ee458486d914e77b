/**
 * @file Workers: the processes that run what is measured, one per contender, so that no contender sees another's heap,
 * compiled code, V8 flags or threads. The process that asks and judges is never the one that computes.
 */

/** The functions of a worker by name. Arguments and results are plain data and typed arrays. */
// biome-ignore lint/suspicious/noExplicitAny: any argument list, which `never[]` would refuse at the call
export type Methods = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A worker as its owner sees it. */
export interface Worker<M extends object> {
  /** Calls a function in the worker. Calls do not overlap: the next waits for the last. */
  call<Name extends keyof M & string>(
    name: Name,
    ...args: M[Name] extends (...args: infer A) => unknown ? A : never
  ): Promise<M[Name] extends (...args: never[]) => infer R ? Awaited<R> : never>;
  close(): Promise<void>;
}

/** Where workers run. */
export interface WorkerHost<M extends object> {
  readonly name: 'node' | 'chromium';
  /** Starts a fresh process. */
  start(): Promise<Worker<M>>;
  /** Versions of what workers run on. */
  versions(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * V8's flags for measuring nothing but the steady state: WebAssembly is compiled by the optimizing compiler at once. Without
 * them a function is replaced by its fast version some time after it became hot, on a busy machine late, and a short
 * measurement may have met the slow one.
 */
export const steadyFlags = ['--no-liftoff'] as const;
