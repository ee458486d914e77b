import { boundTensor, type FloatTensor, inflation, unitRoundoff } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { binaryClasses } from './broadcast.ts';

/**
 * Correctly rounded, so exact on equal inputs. Otherwise the errors add up, and both sums are rounded (which is exact
 * for subnormal ones).
 */
async function bound({ errors, output, run }: BoundCall<'add'>): Promise<FloatTensor> {
  const moved = await run(errors);
  return boundTensor(output.shape, (index) => {
    const e = moved.data[index]!;
    return e === 0 ? 0 : (e + 2 * unitRoundoff * (Math.abs(output.data[index]!) + e)) * inflation;
  });
}

/** Exact. */
export const add: OpConformance<'add'> = { classes: binaryClasses('add'), bound };
