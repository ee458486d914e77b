import { rowMajorStrides } from '@sepconv/tensor';
import { moved } from './moved.js';
import { forEachStrided } from './strided.js';

/** A step along output dimension i is one along input dimension `permutation[i]`. */
export const transpose = moved<'transpose'>(({ attributes, shapes, outputShape }, visit) => {
  const strides = rowMajorStrides(shapes[0]!);
  const permuted = attributes.permutation.map((axis) => strides[axis]!);
  forEachStrided(outputShape, 0, permuted, (o, i) => visit(o, 0, i));
});
