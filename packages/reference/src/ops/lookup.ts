import { storedRange, type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';

/** The table's entry at each stored integer, in the row of its channel where there are several. */
export const lookup = /* @__PURE__ */ checked('lookup', ({ inputs, outputShape }) => {
  const [input, table] = inputs as readonly [Tensor, Tensor];
  const { min } = storedRange(input.dtype as 'int8' | 'uint8');
  const output = zeros(table.dtype, outputShape);
  const rows = table.data.length / 256;
  for (let i = 0; i < output.data.length; i++)
    output.data[i] = table.data[256 * (i % rows) + input.data[i]! - min]!;
  return output;
});
