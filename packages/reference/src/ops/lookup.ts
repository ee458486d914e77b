import { storedRange, type Tensor, zeros } from '@sepconv/tensor';
import type { ReferenceOp } from './reference-op.js';

/** The table's entry at each stored integer. */
export const lookup: ReferenceOp<'lookup'> = ({ inputs, outputShape }) => {
  const [input, table] = inputs as readonly [Tensor, Tensor];
  const { min } = storedRange(input.dtype as 'int8' | 'uint8');
  const output = zeros(table.dtype, outputShape);
  for (let i = 0; i < output.data.length; i++) output.data[i] = table.data[input.data[i]! - min]!;
  return output;
};
