/**
 * @file The image on which the way back through a convolution is a convolution without stride and padding:
 *
 *   ∂L/∂input[y, x] = Σ_{i, j} image[y + i·d, x + j·d] · weight[K − 1 − i, K − 1 − j]
 *
 * The gradient's pixel (y, x) lies at (y · stride + extent − 1 − pad) of an image of H + extent − 1 pixels, extent being what
 * the dilated window spans; what would lie outside belongs to padding alone.
 */
import { dilatedExtent, type HeightWidth, type WindowAttributes } from '@sepconv/graph';
import type { Engine } from '@sepconv/kernels/toolkit';
import { planSpread } from '../spread.js';
import type { Buffer, StepList } from '../step-list.js';

/** What the image is made for. */
export interface GradientImageOptions {
  readonly label: string;
  readonly attributes: WindowAttributes;
  readonly window: HeightWidth;
  readonly images: number;
  /** Of the convolution's input. */
  readonly input: HeightWidth;
  /** Of its output. */
  readonly output: HeightWidth;
  /** Of the image to be made. */
  readonly channels: number;
  /** Which of how many gradients of a channel: the channel multiplier. Default: the only one. */
  readonly part?: { readonly index: number; readonly of: number };
}

/** A gradient's pixels, put apart. */
export interface GradientImage {
  readonly buffer: Buffer;
  readonly size: HeightWidth;
}

/** Plans the copy of a gradient `[N, H', W', channels · parts]` to its image `[N, H + e − 1, W + e − 1, channels]`. */
export function planGradientImage(
  list: StepList,
  engine: Engine,
  gradient: Buffer,
  options: GradientImageOptions,
): GradientImage {
  const { label, attributes, window, images, input, output, channels, part = { index: 0, of: 1 } } = options;
  const { strides, dilations, padding } = attributes;
  const extent = [dilatedExtent(window[0], dilations[0]), dilatedExtent(window[1], dilations[1])] as const;
  const size: HeightWidth = [input[0] + extent[0] - 1, input[1] + extent[1] - 1];
  const buffer = list.buffer(`${label}/gradient-image`, images * size[0] * size[1] * channels);
  const kernel = planSpread(engine, {
    images,
    source: output,
    target: size,
    strides,
    shift: [extent[0] - 1 - padding.top, extent[1] - 1 - padding.left],
    channels,
    channelStride: part.of,
    firstChannel: part.index,
  });
  list.clear(buffer);
  list.kernel(label, kernel, images, gradient, buffer);
  return { buffer, size };
}
