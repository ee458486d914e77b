import { rowMajorStrides, stridedIndices } from '@sepconv/tensor';
import { moved } from './moved.js';

/** The input inside a border of one value, which has no gradient. */
export const pad = moved<'pad'>(
  ({ attributes, shapes, outputShape }, visit) => {
    const strides = rowMajorStrides(outputShape);
    const first = strides.reduce((sum, stride, axis) => sum + stride * attributes.before[axis]!, 0);
    stridedIndices(shapes[0]!, strides, first).forEach((output, i) => {
      visit(output, 0, i);
    });
  },
  ({ attributes }) => attributes.value,
);
