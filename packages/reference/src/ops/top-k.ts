import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';

/** Positions by their numbers, the largest first; equal ones stay in their order, and NaN is left out. */
export const topK = /* @__PURE__ */ checked('top-k', ({ attributes: { count }, inputs, outputShape }) => {
  const { data, shape } = inputs[0]!;
  const size = shape.at(-1)!;
  const output = zeros('float32', outputShape);
  for (let row = 0; row * size < data.length; row++) {
    const value = (i: number): number => data[row * size + i]!;
    const order = Array.from({ length: size }, (_, i) => i).filter((i) => !Number.isNaN(value(i)));
    // By comparisons, since a difference of infinities is NaN.
    order.sort((a, b) => (value(a) > value(b) ? -1 : value(a) < value(b) ? 1 : 0));
    for (let k = 0; k < count; k++) output.data[row * count + k] = order[k] ?? 0;
  }
  return output;
});
