import {
  absolute,
  boundTensor,
  type FloatTensor,
  inflation,
  isZero,
  reachOf,
  smallestSubnormal,
  unitRoundoff,
} from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { binaryClasses } from './broadcast.ts';

const negated = ({ shape, data }: FloatTensor): FloatTensor => ({
  shape,
  dtype: 'float32',
  data: data.map((x) => -x),
});

/**
 * Correctly rounded, so exact on equal inputs. Otherwise `max(1, |s| + ε_s)·ε_x + |x|·ε_s`, and both products are rounded.
 * The oracle multiplies what is below 0, which all that it is given here is.
 */
async function bound({ inputs, errors, output, run }: BoundCall<'prelu'>): Promise<FloatTensor> {
  const [input, slope] = inputs as readonly [FloatTensor, FloatTensor];
  const [inputError, slopeError] = errors as readonly [FloatTensor, FloatTensor];
  if (isZero(inputError) && isZero(slopeError)) return boundTensor(output.shape, () => 0);
  const reach = reachOf(slope, slopeError);
  const steepest = boundTensor(slope.shape, (index) => Math.max(1, reach.data[index]!));
  const magnitude = await run([negated(reachOf(input, inputError)), reach]);
  const moved = await run([negated(inputError), steepest]);
  const bent = await run([negated(absolute(input)), slopeError]);
  return boundTensor(output.shape, (index) => {
    const rounding = 2 * unitRoundoff * Math.abs(magnitude.data[index]!);
    const fromInputs = Math.abs(moved.data[index]!) + Math.abs(bent.data[index]!);
    return (fromInputs + rounding) * inflation + 2 * smallestSubnormal;
  });
}

/** Exact. */
export const prelu: OpConformance<'prelu'> = { classes: binaryClasses('prelu', { oneSided: true }), bound };
