import { borderNumber } from '../../border-number.js';
import { hull } from '../../range.js';
import { paddingAmounts } from '../../tensorflow-shapes.js';
import type { NodeResult, OperatorContext, OperatorResult } from '../context.js';

/**
 * PAD with zeros and PADV2 with a number: the amounts are a constant `[rank, 2]`, before and after each dimension.
 * Quantized files pad with the zero point, which stands for 0.
 */
export function readPad(context: OperatorContext): OperatorResult {
  const [value = 0] = context.has(2) ? context.constant(2, 'the padded number').data : [];
  return padBy(context, borderNumber(value));
}

/** The padding itself, with this number. */
export function padBy(context: OperatorContext, value: number): NodeResult {
  const shape = context.shape(0);
  const amounts = paddingAmounts(context.integers(1, 'the amounts of padding'), shape);
  const range = hull([context.range(0), { min: value, max: value }]);
  return context.node('pad', [context.value(0)], { ...amounts, value }, { range });
}
