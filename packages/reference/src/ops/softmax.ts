import { elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** `e^(x − max) / Σ e^(x − max)` along one dimension; a NaN or a +∞ makes all of it NaN. */
export const softmax = /* @__PURE__ */ checked('softmax', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const { axis } = attributes;
  const outer = elementCount(input.shape.slice(0, axis));
  const size = input.shape[axis]!;
  const inner = elementCount(input.shape.slice(axis + 1));
  const output = zeros('float32', outputShape);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const indexOf = (k: number): number => (o * size + k) * inner + i;
      let largest = -Infinity;
      for (let k = 0; k < size; k++) largest = Math.max(largest, input.data[indexOf(k)]!);
      let sum = 0;
      for (let k = 0; k < size; k++) sum += Math.exp(input.data[indexOf(k)]! - largest);
      for (let k = 0; k < size; k++) {
        output.data[indexOf(k)] = Math.exp(input.data[indexOf(k)]! - largest) / sum;
      }
    }
  }
  return output;
});
