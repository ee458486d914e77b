import { refuse } from '../../errors.js';
import { hull } from '../../range.js';
import type { OperatorContext, OperatorResult } from '../context.js';

/** CONCATENATION along one dimension, counted from the back where it is negative. */
export function readConcat(context: OperatorContext): OperatorResult {
  const options = context.options(10);
  if (context.inputCount === 0) refuse('joins no inputs');
  const said = options.int32(0, 'axis');
  const axis = said < 0 ? said + context.shape(0).length : said;
  const inputs = context.operator.inputs.map((_, input) => input);
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
