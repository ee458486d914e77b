/** @file Normalizations that the graph has no op for. */
import { filled } from '@sepconv/tensor';
import { type Composer, type Step, step } from './composer.js';
import { largest, mean, sum, sumOfSquares } from './reductions.js';

/** `x − m − log Σ e^(x − m)` with the largest x along a dimension: the logarithm of softmax, which cannot underflow. */
export function logSoftmax(c: Composer, value: string, axis: number): Step {
  const centred = c.plain('sub', value, c.add(largest(c, value, [axis], true)));
  const total = c.add(sum(c, c.plain('exp', centred), [axis], true));
  return step('sub', [centred, c.plain('log', total)]);
}

/** `x / √max(ε, Σ x²)` along some dimensions. */
export function unitLength(c: Composer, value: string, axes: readonly number[], least: number): Step {
  const squares = c.add(sumOfSquares(c, value, axes, true));
  const bounded = c.add(step('clamp', [squares], { min: least }));
  return step('div', [value, c.plain('sqrt', bounded)]);
}

/** Less the mean along some dimensions, and divided by the root of variance and ε. */
export function standardized(c: Composer, value: string, axes: readonly number[], epsilon: number): Step {
  const centred = c.plain('sub', value, c.add(mean(c, value, axes, true)));
  const variance = c.add(mean(c, c.plain('mul', centred, centred), axes, true));
  return step('div', [centred, c.plain('sqrt', c.plain('add', variance, c.number(epsilon)))]);
}

/** Local response normalization by neighbouring channels. */
export interface LocalResponse {
  /** Channels before and after one that count with it. */
  readonly before: number;
  readonly after: number;
  readonly bias: number;
  /** What the sum of squares is multiplied by. */
  readonly alpha: number;
  readonly beta: number;
}

/**
 * `x / (bias + α · Σ x²)^β` with the sum over neighbouring channels, the last dimension: an average over a window that slides along
 * them, of which the padding counts. Source: Krizhevsky, Sutskever and Hinton 2012.
 */
export function localResponse(
  c: Composer,
  value: string,
  { before, after, bias, alpha, beta }: LocalResponse,
): Step {
  const shape = c.shape(value);
  const channels = shape.at(-1) as number;
  const pixels = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const size = before + 1 + after;
  const squares = c.reshaped(c.plain('mul', value, value), [1, pixels, channels, 1]);
  const average = c.add(
    step('average-pool2d', [squares], {
      window: [1, size],
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 0, bottom: 0, left: before, right: after },
      countIncludePadding: true,
    }),
  );
  const scaled = c.plain('mul', c.reshaped(average, shape), c.number(alpha * size));
  const exponent = c.constant(filled('float32', [1], -beta));
  return step('mul', [value, c.plain('pow', c.plain('add', scaled, c.number(bias)), exponent)]);
}
