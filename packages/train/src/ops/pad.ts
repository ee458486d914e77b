import { elementCount, rowMajorStrides } from '@sepconv/tensor';
import { moved } from './moved.js';

/** The input inside a border of one value, which has no gradient. */
export const pad = moved<'pad'>(
  ({ attributes, shapes, outputShape }, visit) => {
    const [shape] = shapes as readonly [readonly number[]];
    const strides = rowMajorStrides(shape);
    const outputStrides = rowMajorStrides(outputShape);
    const count = elementCount(shape);
    for (let index = 0; index < count; index++) {
      let output = 0;
      shape.forEach((size, axis) => {
        const position = Math.floor(index / strides[axis]!) % size;
        output += (position + attributes.before[axis]!) * outputStrides[axis]!;
      });
      visit(output, 0, index);
    }
  },
  ({ attributes }) => attributes.value,
);
