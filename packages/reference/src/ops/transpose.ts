import { rowMajorStrides } from '@sepconv/tensor';
import { checked } from './checked.js';
import { copyView } from './view.js';

/** A step along output dimension i is one along input dimension `permutation[i]`. */
export const transpose = /* @__PURE__ */ checked('transpose', ({ attributes, inputs, outputShape }) => {
  const input = inputs[0]!;
  const strides = rowMajorStrides(input.shape);
  return copyView(
    input,
    outputShape,
    0,
    attributes.permutation.map((axis) => strides[axis]!),
  );
});
