import { rowMajorStrides, stridedIndices } from '@sepconv/tensor';
import { moved } from './moved.js';

/** Position `start + i · step` along each dimension. */
export const slice = moved<'slice'>(({ attributes, shapes, outputShape }, visit) => {
  const strides = rowMajorStrides(shapes[0]!);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * attributes.starts[axis]!, 0);
  const steps = strides.map((stride, axis) => stride * attributes.steps[axis]!);
  stridedIndices(outputShape, steps, offset).forEach((i, o) => {
    visit(o, 0, i);
  });
});
