/**
 * @file The roofline: nothing is faster than its arithmetic at the machine's peak, nor than its bytes at the bandwidth of
 * where they lie.
 *
 * Source: Williams, Waterman and Patterson 2009, "Roofline: an insightful visual performance model".
 */
import { CostError } from '../errors.js';
import type { Machine, MemoryLevel } from './machine.js';

/** What a layer or a kernel does, as far as a roofline cares. */
export interface Work {
  /** Two for every multiply-add. */
  readonly flops: number;
  /** Bytes read and written, everything once: also the working set. */
  readonly bytes: number;
}

/** Which of the two ceilings is the lower one. */
export type Bound = 'arithmetic' | 'memory';

/** The least time of some work on a machine, and why. */
export interface Roofline {
  readonly milliseconds: number;
  readonly boundBy: Bound;
  /** FLOPs per byte; 0 where no byte moves. */
  readonly intensity: number;
}

/** @throws {CostError} when an amount is no number. */
function expectAmounts(amounts: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(amounts)) {
    if (typeof value !== 'number') throw new CostError(`${name} must be a number, but is ${String(value)}`);
  }
}

/** Bytes per second for a working set: of the nearest level that holds it. */
export function bandwidthFor(machine: Machine, bytes: number): number {
  expectAmounts({ bytes });
  const isLevel = (level: MemoryLevel): boolean =>
    typeof level?.bytes === 'number' && typeof level.bytesPerSecond === 'number';
  if (!Array.isArray(machine?.levels) || !machine.levels.every(isLevel)) {
    throw new CostError('a machine must be what parseMachine gave, with its levels of memory');
  }
  const level = machine.levels.find((candidate) => bytes <= candidate.bytes) ?? machine.levels.at(-1);
  return level?.bytesPerSecond ?? Infinity;
}

/**
 * The least time that a machine needs.
 *
 * @example
 * roofline({ flops: 2e9, bytes: 1e6 }, machine).milliseconds; // 20 on a machine of 100 GFLOP/s
 */
export function roofline(work: Work, machine: Machine): Roofline {
  const { flops, bytes } = work ?? {};
  expectAmounts({ flops, bytes, flopsPerSecond: machine?.flopsPerSecond });
  const arithmetic = flops / machine.flopsPerSecond;
  const memory = bytes / bandwidthFor(machine, bytes);
  return {
    milliseconds: 1000 * Math.max(arithmetic, memory),
    boundBy: arithmetic >= memory ? 'arithmetic' : 'memory',
    intensity: bytes === 0 ? 0 : flops / bytes,
  };
}

/** FLOPs per second that a roofline allows at an intensity, for a working set: the line that one draws. */
export function attainableFlops(machine: Machine, intensity: number, bytes: number): number {
  expectAmounts({ intensity, flopsPerSecond: machine?.flopsPerSecond });
  return Math.min(machine.flopsPerSecond, intensity * bandwidthFor(machine, bytes));
}
