import { rowMajorStrides, stridedIndices } from '@sepconv/tensor';
import { moved } from './moved.js';

/** A step along output dimension i is one along input dimension `permutation[i]`. */
export const transpose = moved<'transpose'>(({ attributes, shapes, outputShape }, visit) => {
  const strides = rowMajorStrides(shapes[0]!);
  const permuted = attributes.permutation.map((axis) => strides[axis]!);
  stridedIndices(outputShape, permuted).forEach((i, o) => {
    visit(o, 0, i);
  });
});
