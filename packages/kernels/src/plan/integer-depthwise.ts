/**
 * @file Planning of integer depthwise convolutions: pixels outside, channels inside, eight at a time.
 *
 * `sum[pixel, c] = bias[c] + Σ in[tap, c] · weight[tap, c]` over 16-bit differences from the zero points; a channel
 * multiplier has made as many input channels as there are outputs. `i32x4.extmul_low_i16x8_s` and its upper twin multiply
 * eight channels. Packed, for each block of eight: the biases, int32, then for each tap eight weights of 16 bits; zeros
 * behind the last channel.
 */
import type { IntegerLayerNumbers } from './integer-gemm.js';
import type { SumResult } from './integers.js';

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

/** Bytes of all packed weights. */
export function packedDepthwiseBytes(kernel: IntegerDepthwiseKernel): number {
  return Math.ceil(kernel.channels / depthwiseBlock) * depthwiseBlockBytes(kernel);
}

/** Writes weights and biases in the kernel's order. */
export function packIntegerDepthwise(
  kernel: IntegerDepthwiseKernel,
  { weightAt, biasAt }: IntegerLayerNumbers,
  buffer: ArrayBufferLike,
  address: number,
): void {
  const { channels, window } = kernel;
  const view = new DataView(buffer, address, packedDepthwiseBytes(kernel));
  for (let channel = 0; channel < channels; channel++) {
    const block = Math.floor(channel / depthwiseBlock) * depthwiseBlockBytes(kernel);
    const lane = channel % depthwiseBlock;
    view.setInt32(block + 4 * lane, biasAt(channel), true);
    for (let tap = 0; tap < window[0] * window[1]; tap++) {
      const at = block + depthwiseBlock * (4 + 2 * tap) + 2 * lane;
      view.setInt16(at, weightAt(tap, channel), true);
    }
  }
}
