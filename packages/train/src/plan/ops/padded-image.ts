import type { HeightWidth, Padding } from '@sepconv/graph';
import { paddedShape, planPad } from '@sepconv/kernels/toolkit';
import { elementCount, type Shape } from '@sepconv/tensor';
import type { Buffer, StepList } from '../step-list.js';

/** An image with zeros around it; the image itself where there is no padding. */
export function planPaddedImage(
  list: StepList,
  label: string,
  image: Buffer,
  shape: Shape,
  { top, bottom, left, right }: Padding,
): { readonly buffer: Buffer; readonly size: HeightWidth } {
  const size: HeightWidth = [shape[1]! + top + bottom, shape[2]! + left + right];
  if (top + bottom + left + right === 0) return { buffer: image, size };
  const kernel = planPad(shape, [0, top, left, 0], [0, bottom, right, 0], 0);
  const dimensions = paddedShape(kernel);
  const buffer = list.buffer(`${label}/padded`, elementCount(dimensions));
  list.kernel(label, kernel, elementCount(dimensions.slice(0, -1)), image, buffer);
  return { buffer, size };
}
