import fc from 'fast-check';
import { boundTensor, type FloatTensor, inflation, smallestSubnormal, unitRoundoff } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';

/** The slope becomes float32, the product is rounded, and the oracle rounds its store. */
const roundings = 3;

function bound({ inputs, errors, output, node }: BoundCall<'leaky-relu'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const slope = Math.abs(node.attributes.slope);
  const steepest = Math.max(1, slope);
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const e = error.data[index]!;
    // Nothing is rounded where even the implementation's number cannot be below 0.
    if (x - e >= 0) return e;
    const rounding = roundings * unitRoundoff * slope * (Math.abs(x) + e);
    return (steepest * e + rounding) * inflation + 2 * smallestSubnormal;
  });
}

const attributes = fc.constantFrom(
  { slope: 0.01 },
  { slope: 0.1 },
  { slope: 1.5 },
  { slope: -0.3 },
  { slope: 0 },
);

/** Within {@link roundings}. */
export const leakyRelu: OpConformance<'leaky-relu'> = {
  classes: activationClasses('leaky-relu', attributes),
  bound,
};
