import fc from 'fast-check';
import { boundTensor, type FloatTensor, inflation, smallestSubnormal, unitRoundoff } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';

/**
 * Roundings of `slope · x + offset`: slope and offset become float32, the product and the sum are rounded, and the
 * oracle rounds its store.
 */
const roundings = 5;

function bound({ inputs, errors, output, node }: BoundCall<'hard-sigmoid'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const { slope, offset } = node.attributes;
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const line = slope * x + offset;
    const magnitude = Math.abs(slope) * (Math.abs(x) + error.data[index]!) + Math.abs(offset);
    const moved = Math.abs(slope) * error.data[index]! + roundings * unitRoundoff * magnitude;
    const radius = moved * inflation + smallestSubnormal;
    // Where the line is safely beyond 0 or 1, clamping leaves nothing of the error.
    return Math.max(clamp(line + radius) - clamp(line), clamp(line) - clamp(line - radius));
  });
}

const attributes = fc.constantFrom(
  { slope: 1 / 6, offset: 0.5 },
  { slope: 0.2, offset: 0.5 },
  { slope: 1, offset: 0 },
);

/** Within {@link roundings}. */
export const hardSigmoid: OpConformance<'hard-sigmoid'> = {
  classes: activationClasses('hard-sigmoid', attributes),
  bound,
};
