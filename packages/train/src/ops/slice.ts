import { rowMajorStrides } from '@sepconv/tensor';
import { moved } from './moved.js';
import { forEachStrided } from './strided.js';

/** Position `start + i · step` along each dimension. */
export const slice = moved<'slice'>(({ attributes, shapes, outputShape }, visit) => {
  const strides = rowMajorStrides(shapes[0]!);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * attributes.starts[axis]!, 0);
  const steps = strides.map((stride, axis) => stride * attributes.steps[axis]!);
  forEachStrided(outputShape, offset, steps, (o, i) => visit(o, 0, i));
});
