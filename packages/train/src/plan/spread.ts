/**
 * @file Planning of copies that put the pixels of a gradient apart, so that the way back through a convolution with a stride
 * is a convolution without one.
 *
 * Pixel (y, x) of the source goes to (y · stride + shift) in both directions of a target whose other pixels are zeros; what
 * falls outside of the target belongs to padding and has no gradient. With a channel multiplier M, one of the M gradients of
 * every channel is picked.
 */
import { type Engine, floatBytes } from '@sepconv/kernels/toolkit';

/** Parameters: source, target. A unit of work is an image. Counts in pixels and floats. */
export interface SpreadKernel {
  readonly kind: 'spread';
  readonly name: string;
  readonly images: number;
  readonly source: readonly [height: number, width: number];
  readonly target: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  /** Where the source's first pixel goes; may be negative. */
  readonly shift: readonly [y: number, x: number];
  readonly channels: number;
  /** Floats from a channel to the next in the source, and to the first one that is copied. */
  readonly channelStride: number;
  readonly firstChannel: number;
}

export function planSpread(engine: Engine, shape: Omit<SpreadKernel, 'kind' | 'name'>): SpreadKernel {
  return { kind: 'spread', name: `f32_spread__${engine.name}`, ...shape };
}

/** Source positions along an axis whose target lies inside. */
export function spreadRange(
  source: number,
  target: number,
  stride: number,
  shift: number,
): { readonly first: number; readonly count: number } {
  const first = Math.max(0, Math.ceil(-shift / stride));
  const end = Math.min(source, Math.floor((target - 1 - shift) / stride) + 1);
  return { first, count: Math.max(0, end - first) };
}

/** Bytes of a source image and of a target image. */
export function spreadImageBytes({ source, target, channels, channelStride }: SpreadKernel): {
  readonly source: number;
  readonly target: number;
} {
  return {
    source: source[0] * source[1] * channels * channelStride * floatBytes,
    target: target[0] * target[1] * channels * floatBytes,
  };
}
