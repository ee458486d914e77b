import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { hull } from '../../range.js';
import type { NodeResult, OperatorContext, OperatorResult } from '../context.js';

/**
 * PAD with zeros and PADV2 with a number: the amounts are a constant `[rank, 2]`, before and after each dimension.
 * Quantized files pad with the zero point, which stands for 0.
 */
export function readPad(context: OperatorContext): OperatorResult {
  const [value = 0] = context.has(2) ? context.constant(2, 'the padded number').data : [];
  return padBy(context, value);
}

/** The padding itself, with this number. */
export function padBy(context: OperatorContext, value: number): NodeResult {
  const shape = context.shape(0);
  const amounts = context.integers(1, 'the amounts of padding');
  if (amounts.length !== 2 * shape.length) {
    refuse(`needs 2 amounts for each dimension of ${formatShape(shape)}, but has ${amounts.length}`);
  }
  const before = shape.map((_, axis) => amounts[2 * axis] as number);
  const after = shape.map((_, axis) => amounts[2 * axis + 1] as number);
  const range = hull([context.range(0), { min: value, max: value }]);
  return context.node('pad', [context.value(0)], { before, after, value }, { range });
}
