import { refuse } from '../../errors.js';
import { hull } from '../../range.js';
import type { OperatorContext, OperatorResult } from '../context.js';

/** The dimension along which values of this rank are joined, which a file counts from the back where it is negative. */
export function concatAxis(context: OperatorContext, rank: number): number {
  if (context.inputCount === 0) refuse('joins no inputs');
  const said = context.options(10).int32(0, 'axis');
  return said < 0 ? said + rank : said;
}

/** CONCATENATION along one dimension. */
export function readConcat(context: OperatorContext): OperatorResult {
  const options = context.options(10);
  // What has no elements adds none, as a list in its first round.
  const all = context.operator.inputs.map((_, input) => input);
  const inputs = all.filter(
    (input) => !context.isConstant(input) || !context.tensor(input).shape.includes(0),
  );
  const axis = concatAxis(context, inputs[0] === undefined ? 0 : context.shape(inputs[0]).length);
  return context.node(
    'concat',
    inputs.map((input) => context.value(input)),
    { axis },
    {
      range: hull(inputs.map((input) => context.range(input))),
      activation: options.int8(1, 'fused_activation_function'),
    },
  );
}
