import { formatShape } from '@sepconv/tensor';
import { fail, type IntegerContract, withElementsOf } from './contract.js';
import { expectBytes } from './quantized.js';

/** A lookup has no attribute. */
export type LookupAttributes = Readonly<Record<string, never>>;

/**
 * Each stored integer is the index of its result in a table: `out = table[in − least]`, where `least` is the least integer of
 * the input's type, −128 or 0. Any function of one byte, to the bit, whatever rounds it.
 *
 * Input int8 or uint8 of any shape, whatever it stands for; table int8 or uint8 `[256]`; output of the input's shape, stored
 * as the table is.
 */
export const lookup: IntegerContract<LookupAttributes> = {
  name: 'lookup',
  kind: 'elementwise',
  inputs: [{ name: 'input' }, { name: 'table' }],
  integers: 'own',
  infer: (context) => {
    const { shape } = expectBytes(context, 0, 'the input');
    const table = expectBytes(context, 1, 'the table');
    if (table.shape.length !== 1 || table.shape[0] !== 256)
      fail(context, `the table must be [256], not ${formatShape(table.shape)}`);
    return [withElementsOf(context, table, shape)];
  },
};
