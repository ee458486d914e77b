import { broadcastIndices, elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** The mean over some dimensions: each element is added to the one that its other positions lead to. */
export const reduceMean = /* @__PURE__ */ checked('reduce-mean', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const kept = input.shape.map((size, axis) => (attributes.axes.includes(axis) ? 1 : size));
  const sums = new Float64Array(elementCount(outputShape));
  broadcastIndices(kept, input.shape).forEach((target, index) => {
    sums[target] = sums[target]! + input.data[index]!;
  });
  const output = zeros('float32', outputShape);
  const count = input.data.length / output.data.length;
  for (let index = 0; index < sums.length; index++) output.data[index] = sums[index]! / count;
  return output;
});
