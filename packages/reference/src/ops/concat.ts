import { elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';

/** Inputs joined along `axis`: for every position of the dimensions before it, a run of each input in turn. */
export const concat = /* @__PURE__ */ checked('concat', ({ attributes, inputs, outputShape }) => {
  const { axis } = attributes;
  const output = zeros(inputs[0]!.dtype, outputShape);
  let target = 0;
  for (let outer = 0; outer < elementCount(outputShape.slice(0, axis)); outer++) {
    for (const input of inputs) {
      const run = elementCount(input.shape.slice(axis));
      for (let i = 0; i < run; i++) output.data[target++] = input.data[outer * run + i]!;
    }
  }
  return output;
});
