import { GraphError, ShapeError } from './errors.js';

/** Zeros around an image, in pixels. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Height and width, in that order: of a stride, a dilation or a window. */
export type HeightWidth = readonly [height: number, width: number];

/** How a builder may be asked for padding; a graph always holds the four numbers. */
export type PaddingSpec = 'same' | 'valid' | number | Padding;

/** No padding. */
export const noPadding: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Pixels that a dilated window spans: `(window − 1) · dilation + 1`.
 *
 * @internal
 */
export function dilatedExtent(window: number, dilation: number): number {
  return (window - 1) * dilation + 1;
}

/**
 * Pixels of output: `⌊(input + before + after − extent) / stride⌋ + 1`; below 1 when the window does not fit.
 *
 * @internal
 */
export function outputExtent(
  input: number,
  before: number,
  after: number,
  extent: number,
  stride: number,
): number {
  return Math.floor((input + before + after - extent) / stride) + 1;
}

function sameAlongAxis(
  input: number,
  window: number,
  stride: number,
  dilation: number,
): [before: number, after: number] {
  const output = Math.ceil(input / stride);
  const total = Math.max(0, (output - 1) * stride + dilatedExtent(window, dilation) - input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/**
 * TensorFlow's SAME padding: the output has ⌈input / stride⌉ pixels, and an odd zero goes to the bottom and the right.
 * (ONNX calls it SAME_UPPER.) PyTorch's `padding=k//2` is the number `⌊k/2⌋` on all four sides: it gives the same
 * output size, but for even inputs with stride 2 it is shifted by one pixel.
 */
export function samePadding(
  input: HeightWidth,
  window: HeightWidth,
  strides: HeightWidth = [1, 1],
  dilations: HeightWidth = [1, 1],
): Padding {
  for (const [name, pair] of Object.entries({ input, window, strides, dilations })) {
    const isPair = Array.isArray(pair) && pair.length === 2 && pair.every((side) => typeof side === 'number');
    if (!isPair) throw new ShapeError(`${name} must be two numbers, [height, width], but is ${String(pair)}`);
  }
  const [top, bottom] = sameAlongAxis(input[0], window[0], strides[0], dilations[0]);
  const [left, right] = sameAlongAxis(input[1], window[1], strides[1], dilations[1]);
  return { top, bottom, left, right };
}

/**
 * ONNX's SAME_LOWER: as {@link samePadding}, with an odd zero at the top and the left.
 *
 * @internal
 */
export function samePaddingLower(
  input: HeightWidth,
  window: HeightWidth,
  strides: HeightWidth = [1, 1],
  dilations: HeightWidth = [1, 1],
): Padding {
  const { top, bottom, left, right } = samePadding(input, window, strides, dilations);
  return { top: bottom, bottom: top, left: right, right: left };
}

/**
 * The four numbers that a {@link PaddingSpec} stands for; a single number means that many zeros on every side.
 *
 * @internal
 */
export function resolvePadding(
  spec: PaddingSpec,
  input: HeightWidth,
  window: HeightWidth,
  strides: HeightWidth,
  dilations: HeightWidth,
): Padding {
  if (spec === 'same') return samePadding(input, window, strides, dilations);
  if (spec === 'valid') return noPadding;
  if (typeof spec === 'number') return { top: spec, bottom: spec, left: spec, right: spec };
  if (typeof spec === 'object' && spec !== null) return spec;
  throw new GraphError(`padding is 'same', 'valid', a number or four numbers, not ${JSON.stringify(spec)}`);
}
