/** @file The image on which the way back through a convolution is a convolution without stride and padding. */
import type { HeightWidth } from '@sepconv/graph';
import type { Engine } from '@sepconv/kernels/toolkit';
import { planSpread } from '../spread.js';
import type { Buffer, StepList } from '../step-list.js';

/** Which gradients lie where. */
export interface GradientImageOptions {
  readonly label: string;
  readonly images: number;
  /** Of the gradient. */
  readonly source: HeightWidth;
  /** Of the image. */
  readonly size: HeightWidth;
  /** From a gradient's pixel to the next in the image. */
  readonly strides: HeightWidth;
  /** Where the first pixel lies; what lies outside is left out. */
  readonly shift: HeightWidth;
  /** Of the image. */
  readonly channels: number;
  /** Which of how many gradients of a channel: the channel multiplier. Default: the only one. */
  readonly part?: { readonly index: number; readonly of: number };
}

/** Plans the copy of a gradient `[N, H', W', channels · parts]` to its image, zeros between. */
export function planGradientImage(
  list: StepList,
  engine: Engine,
  gradient: Buffer,
  options: GradientImageOptions,
): Buffer {
  const { label, images, source, size, strides, shift, channels, part = { index: 0, of: 1 } } = options;
  const buffer = list.buffer(`${label}/gradient-image`, images * size[0] * size[1] * channels);
  const kernel = planSpread(engine, {
    images,
    source,
    target: size,
    strides,
    shift,
    channels,
    channelStride: part.of,
    firstChannel: part.index,
  });
  list.clear(buffer);
  list.kernel(label, kernel, images, gradient, buffer);
  return buffer;
}
