/** @file How many threads a step is worth: a rule from measured costs. */
import type { Kernel } from './kernel.js';
import { macsOf } from './macs.js';

/** What one core does in a microsecond, as measured; loops over single numbers take a nanosecond for each byte. */
const rates = { macs: 30_000, bytes: 40_000, scalarBytes: 1_000 } as const;

/** What several threads want of a plan. */
export interface Threading {
  /** Whether a run leaves the inputs as they are, so that it can be repeated; else their memory is used for other values. */
  readonly keepsInputs: boolean;
  /** Microseconds of work that are worth another thread: some times what it costs to wait for one another behind a step. */
  readonly leastShare: number;
}

/** A plan for one thread; it says, too, how many would be worth it. */
export const oneThread: Threading = { keepsInputs: false, leastShare: 4 };

/** A plan for several. */
export const severalThreads: Threading = { ...oneThread, keepsInputs: true };

/** About how long one core takes for so many multiply-adds and bytes, in microseconds, the same on every machine. */
export function microsecondsOf(kernel: { readonly name?: string }, macs: number, bytes: number): number {
  const rate = kernel.name?.endsWith('__scalar') ? rates.scalarBytes : rates.bytes;
  return macs / rates.macs + bytes / rate;
}

/** Threads that are worth sharing so many units of work that takes so many microseconds together. */
export function threadsFor(units: number, microseconds: number, { leastShare } = oneThread): number {
  return Math.max(1, Math.min(units, Math.floor(microseconds / leastShare)));
}

/** {@link threadsFor} a kernel that reads and writes so many bytes. */
export const threadsOf = (kernel: Kernel, units: number, bytes: number, threading: Threading): number =>
  threadsFor(units, microsecondsOf(kernel, macsOf(kernel), bytes), threading);
