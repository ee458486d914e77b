import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, orderOf, type Value } from '../layout.js';

/** Concat: values and constants, in the order of dimensions that the first value has. */
export function readConcat(context: NodeContext): Value {
  const rank = context.shape(0).length;
  const said = context.integerAttribute('axis', context.opset < 4 ? 1 : Number.NaN);
  const axis = context.axis(said, rank);
  const inputs = context.node.inputs.map((_, input) => context.input(input));
  if (inputs.some((_, input) => context.shape(input).length !== rank)) {
    refuse('joins inputs of different numbers of dimensions');
  }
  const orders = inputs.flatMap((input) => (input.kind === 'value' ? [orderOf(input)] : []));
  const order = orders.find((found) => found !== undefined) ?? naturalOrder(rank);
  const names = inputs.map((input, i) =>
    input.kind === 'value'
      ? context.inOrder(input, order)
      : context.constantInOrder(context.node.inputs[i] as string, input, order),
  );
  return context.result(context.emit('concat', names, { axis: order.indexOf(axis) }), order);
}
