/** @file The pool of threads, loaded where threads are asked for and nowhere else. */
import { EngineError } from '../errors.js';

/** What `pool.ts` has. */
type Threads = typeof import('./pool.js');

export type { Membership as PoolMember } from './pool.js';

/** Loads the pool. */
export const loadThreads = (): Promise<Threads> => import('./pool.js');

/** The most threads that may be asked for. */
const mostThreads = 64;

/**
 * Checks a number of threads that was asked for.
 *
 * @throws {EngineError} when it is none.
 */
export function expectThreads(threads: number | 'auto'): void {
  if (threads === 'auto' || (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) return;
  throw new EngineError(
    `threads must be "auto" or a whole number from 1 to ${mostThreads}, not ${String(threads)}`,
  );
}
