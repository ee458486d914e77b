import { rowMajorStrides } from '@sepconv/tensor';
import { checked } from './checked.js';
import { copyView } from './view.js';

/** Position `start + i · step` along each dimension. */
export const slice = /* @__PURE__ */ checked('slice', ({ attributes, inputs, outputShape }) => {
  const input = inputs[0]!;
  const strides = rowMajorStrides(input.shape);
  return copyView(
    input,
    outputShape,
    strides.reduce((offset, stride, axis) => offset + stride * attributes.starts[axis]!, 0),
    strides.map((stride, axis) => stride * attributes.steps[axis]!),
  );
});
