import { formatShape, sameShape } from '@sepconv/tensor';
import { fail, type IntegerContract, withElementsOf } from './contract.js';
import { expectBytes } from './quantized.js';

/** A lookup has no attribute. */
export type LookupAttributes = Readonly<Record<string, never>>;

/**
 * Each stored integer is the index of its result in a table: `out = table[in − least]`, where `least` is the least integer of
 * the input's type, −128 or 0. Any function of one byte, to the bit, whatever rounds it; or one for each index of the last
 * dimension: `out[…, c] = table[c, in[…, c] − least]`.
 *
 * Input int8 or uint8 of any shape, whatever it stands for; table int8 or uint8 `[256]` or `[C, 256]`; output of the input's
 * shape, stored as the table is.
 */
export const lookup: IntegerContract<LookupAttributes> = {
  name: 'lookup',
  kind: 'elementwise',
  inputs: [{ name: 'input' }, { name: 'table' }],
  integers: 'own',
  infer: (context) => {
    const { shape } = expectBytes(context, 0, 'the input');
    const table = expectBytes(context, 1, 'the table');
    const wanted = table.shape.length === 2 ? [shape.at(-1) ?? 1, 256] : [256];
    if (!sameShape(table.shape, wanted))
      fail(context, `the table must be ${formatShape(wanted)}, not ${formatShape(table.shape)}`);
    return [withElementsOf(context, table, shape)];
  },
};
