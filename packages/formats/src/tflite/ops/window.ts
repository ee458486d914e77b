import { type HeightWidth, noPadding, type Padding, samePadding } from '@sepconv/graph';
import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { OperatorContext } from '../context.js';

/** `[N, H, W, C]` of the image at input 0. */
export function imageShape(context: OperatorContext): readonly [number, number, number, number] {
  const shape = context.shape(0);
  if (shape.length !== 4) refuse(`needs an image [N, H, W, C], not ${formatShape(shape)}`);
  return shape as unknown as readonly [number, number, number, number];
}

/** The four numbers that TFLite's padding (0 SAME, 1 VALID) means for the image at input 0. */
export function resolvePadding(
  context: OperatorContext,
  padding: number,
  window: HeightWidth,
  strides: HeightWidth,
  dilations: HeightWidth,
): Padding {
  const [, height, width] = imageShape(context);
  for (const [what, pair] of [
    ['stride', strides],
    ['dilation', dilations],
    ['window', window],
  ] as const) {
    if (pair[0] < 1 || pair[1] < 1) refuse(`the ${what} must be at least 1×1, not ${pair[0]}×${pair[1]}`);
  }
  if (padding === 0) return samePadding([height, width], window, strides, dilations);
  if (padding === 1) return noPadding;
  refuse(`the padding must be 0 (SAME) or 1 (VALID), not ${padding}`);
}
