/** @file The ways to choose a range. */

import type { Interval } from '@sepconv/train/quantization';
import { kindOf, QuantizeError } from '../errors.js';
import { leastEntropyLoss } from './entropy.js';
import { withoutTails } from './histogram.js';
import type { Observation } from './observe.js';
import { leastSquaredError } from './squared-error.js';

/** How a range is chosen from what was observed. */
export type RangeMethod =
  /** From the least to the largest number. */
  | 'min-max'
  /** Without the outermost numbers, a share of all. */
  | 'percentile'
  /** With the least mean squared error. */
  | 'mse'
  /** With the least relative entropy. */
  | 'entropy';

/** Every way to choose a range. */
export const rangeMethods: readonly RangeMethod[] = ['min-max', 'percentile', 'mse', 'entropy'];

/** Options of {@link chooseRange}. */
export interface RangeOptions {
  readonly method: RangeMethod;
  /** The share of numbers that a percentile keeps, above 0 and at most 1. */
  readonly percentile: number;
}

/** Integers of a byte. */
const levels = 256;

/** @throws {QuantizeError} naming the option and its value. */
export function checkRangeOptions({ method, percentile }: RangeOptions): void {
  if (!rangeMethods.includes(method))
    throw new QuantizeError(`the method must be one of ${rangeMethods.join(', ')}, not "${String(method)}"`);
  if (!(typeof percentile === 'number' && percentile > 0 && percentile <= 1))
    throw new QuantizeError(
      `the percentile must be a share above 0 and at most 1, not ${kindOf(percentile)}`,
    );
}

/** The range to store what was observed with. */
export function chooseRange(
  { min, max, histogram }: Observation,
  { method, percentile }: RangeOptions,
): Interval {
  if (histogram === undefined || min === max) return { min, max };
  switch (method) {
    case 'min-max':
      return { min, max };
    case 'percentile':
      return withoutTails(histogram, 1 - percentile);
    case 'mse':
      return leastSquaredError(histogram, levels);
    case 'entropy':
      return leastEntropyLoss(histogram, levels);
  }
}
