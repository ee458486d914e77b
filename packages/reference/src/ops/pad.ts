import { filled, rowMajorStrides, type Tensor } from '@sepconv/tensor';
import type { ReferenceOp } from './reference-op.js';

/** A constant border: the element at position `p` moves to `p + before`. */
export const pad: ReferenceOp<'pad'> = ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [Tensor];
  const output = filled(input.dtype, outputShape, attributes.value);
  const inputStrides = rowMajorStrides(input.shape);
  const outputStrides = rowMajorStrides(outputShape);
  for (let index = 0; index < input.data.length; index++) {
    let target = 0;
    for (let axis = 0; axis < input.shape.length; axis++) {
      const position = Math.floor(index / inputStrides[axis]!) % input.shape[axis]!;
      target += (position + attributes.before[axis]!) * outputStrides[axis]!;
    }
    output.data[target] = input.data[index]!;
  }
  return output;
};
