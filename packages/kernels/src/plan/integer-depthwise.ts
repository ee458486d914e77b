/**
 * @file Planning of integer depthwise convolutions: pixels outside, channels inside, eight at a time.
 *
 * `sum[pixel, c] = bias[c] + Σ in[tap, c] · weight[tap, c]` over 16-bit differences from the zero points; a channel
 * multiplier has made as many input channels as there are outputs. `i32x4.extmul_low_i16x8_s` and its upper twin multiply
 * eight channels. Packed, for each block of eight: the biases, int32, then for each tap eight weights of 16 bits; zeros
 * behind the last channel.
 */
import type { SumResult } from './integers.js';
import type { IntegerParameters } from './layout.js';
import type { Operand } from './step.js';

/** An integer depthwise convolution on a widened input. A unit of work is an output row. */
export interface IntegerDepthwiseKernel {
  readonly kind: 'integer-depthwise-conv2d';
  readonly name: string;
  readonly batch: number;
  /** The widened input's, with its border. */
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  readonly channels: number;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly result: SumResult;
}

/** Channels that are computed at a time. */
export const depthwiseBlock = 8;

/** The kernel for a depthwise convolution. */
export function planIntegerDepthwise(
  prefix: string,
  shape: Omit<IntegerDepthwiseKernel, 'kind' | 'name'>,
): IntegerDepthwiseKernel {
  const [height, width] = shape.window;
  const name = `${prefix}_depthwise-conv2d_${height}x${width}_${depthwiseBlock}c__simd128`;
  return { kind: 'integer-depthwise-conv2d', name, ...shape };
}

/** Bytes of a packed block: biases, then taps. */
export function depthwiseBlockBytes({ window }: Pick<IntegerDepthwiseKernel, 'window'>): number {
  return depthwiseBlock * (4 + 2 * window[0] * window[1]);
}

/** Packed weights and biases. */
export function integerDepthwiseWeights(
  kernel: IntegerDepthwiseKernel,
  parameters: IntegerParameters,
): Operand {
  const { channels, window } = kernel;
  const taps = window[0] * window[1];
  const bytes = Math.ceil(channels / depthwiseBlock) * depthwiseBlockBytes(kernel);
  const layout = { kind: 'integer-depthwise', channels, taps, block: depthwiseBlock, ...parameters } as const;
  return { kind: 'weights', bytes, layout };
}
