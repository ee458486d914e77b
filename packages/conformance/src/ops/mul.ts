import {
  absolute,
  boundTensor,
  type FloatTensor,
  inflation,
  reachOf,
  smallestSubnormal,
  unitRoundoff,
} from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { binaryClasses } from './broadcast.ts';

/** Correctly rounded, so exact on equal inputs. Otherwise `|a|·ε_b + (|b| + ε_b)·ε_a`, and both products are rounded. */
async function bound({ inputs, errors, output, run }: BoundCall<'mul'>): Promise<FloatTensor> {
  const [a, b] = inputs as readonly [FloatTensor, FloatTensor];
  const [errorA, errorB] = errors as readonly [FloatTensor, FloatTensor];
  const erring = await run(
    errors.map((error) => boundTensor(error.shape, (i) => (error.data[i] === 0 ? 1 : 0))),
  );
  const first = await run([absolute(a), errorB]);
  const second = await run([errorA, reachOf(b, errorB)]);
  return boundTensor(output.shape, (index) => {
    // The product of the two flags is 1 where neither operand errs.
    if (erring.data[index] === 1) return 0;
    const moved = first.data[index]! + second.data[index]!;
    const rounding = 2 * unitRoundoff * (Math.abs(output.data[index]!) + moved);
    return (moved + rounding) * inflation + 2 * smallestSubnormal;
  });
}

/** Exact. */
export const mul: OpConformance<'mul'> = { classes: binaryClasses('mul'), bound };
