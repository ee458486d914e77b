import { filled, rowMajorStrides, stridedIndices, type Tensor } from '@sepconv/tensor';
import { checked } from './checked.js';

/** A constant border: the element at position `p` moves to `p + before`. */
export const pad = /* @__PURE__ */ checked('pad', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [Tensor];
  const output = filled(input.dtype, outputShape, attributes.value);
  const strides = rowMajorStrides(outputShape);
  const first = strides.reduce((sum, stride, axis) => sum + stride * attributes.before[axis]!, 0);
  stridedIndices(input.shape, strides, first).forEach((target, index) => {
    output.data[target] = input.data[index]!;
  });
  return output;
});
