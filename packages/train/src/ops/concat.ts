import { moved } from './moved.js';
import { aroundAxis } from './training-op.js';

/** Inputs joined along an axis: blocks of each in turn. */
export const concat = moved<'concat'>(({ attributes, shapes, outputShape }, visit) => {
  const { outer, size, inner } = aroundAxis(outputShape, attributes.axis);
  let before = 0;
  shapes.forEach((shape, index) => {
    const block = shape[attributes.axis]! * inner;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < block; i++) visit(o * size * inner + before + i, index, o * block + i);
    }
    before += block;
  });
});
