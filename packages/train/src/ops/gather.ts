import { gatheredPosition } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { Floats, OpCall, TrainingOp } from './training-op.js';

/** For each output element, which element of the data it is. */
function positions({ attributes: { axis, batch }, shapes, inputs, outputShape }: OpCall<'gather'>): number[] {
  const [data, indices] = shapes as readonly [readonly number[], readonly number[]];
  const numbers = inputs[1] as Floats;
  const size = data[axis]!;
  const inner = elementCount(data.slice(axis + 1));
  const between = elementCount(data.slice(batch, axis));
  const count = elementCount(indices.slice(batch));
  return Array.from({ length: elementCount(outputShape) }, (_, i) => {
    const row = Math.floor(i / inner);
    const outer = Math.floor(row / count);
    const index = numbers[Math.floor(outer / between) * count + (row % count)]!;
    return (outer * size + gatheredPosition(index, size)) * inner + (i % inner);
  });
}

/** Each element gives its gradient back to where it was taken; indices have none. */
export const gather: TrainingOp<'gather'> = {
  forward: (call) => {
    const [data] = call.inputs as readonly [Floats];
    positions(call).forEach((from, i) => {
      call.output[i] = data[from]!;
    });
  },
  backward: (call) => {
    const [target] = call.inputGradients;
    if (target === undefined) return;
    positions(call).forEach((from, i) => {
      target[from] = target[from]! + call.outputGradient[i]!;
    });
  },
};
