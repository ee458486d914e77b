import { gatheredPosition } from '@sepconv/graph';
import { elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';

/** Rows of the inner dimensions, each at the position that its index names. */
export const gather = /* @__PURE__ */ checked(
  'gather',
  ({ attributes: { axis, batch }, inputs, outputShape }) => {
    const [data, indices] = [inputs[0]!, inputs[1]!];
    const size = data.shape[axis]!;
    const inner = elementCount(data.shape.slice(axis + 1));
    const between = elementCount(data.shape.slice(batch, axis));
    const count = elementCount(indices.shape.slice(batch));
    const output = zeros('float32', outputShape);
    for (let row = 0; row * inner < output.data.length; row++) {
      const outer = Math.floor(row / count);
      const index = indices.data[Math.floor(outer / between) * count + (row % count)]!;
      const from = (outer * size + gatheredPosition(index, size)) * inner;
      for (let r = 0; r < inner; r++) output.data[row * inner + r] = data.data[from + r]!;
    }
    return output;
  },
);
