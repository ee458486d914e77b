import { filled } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { describeLayout, orderOf, regroup, shapeOf, type Value } from '../layout.js';
import { broadcastShape } from '../shapes.js';

/** Expand: the value times ones of the shape that it is stretched to. */
export function readExpand(context: NodeContext): Value {
  const value = context.value(0);
  const seen = shapeOf(value);
  const shape = broadcastShape(seen, context.integers(1, 'the new shape') ?? []);
  context.state.budget.checkShape(shape, 'the output');
  const leading = new Array<number>(shape.length - seen.length).fill(1);
  const wide = regroup(value, [...leading, ...seen]) ?? value;
  if (shape.every((dimension, axis) => dimension === (leading[axis] ?? seen[axis - leading.length])))
    return wide;
  const order = orderOf(wide) ?? refuse(`stretches ${describeLayout(value)}: that takes a transpose`);
  // Only stretched dimensions need ones; the others are as the value has them.
  const ones = order.map((axis) => (wide.dimensions[axis]?.length === 0 ? (shape[axis] as number) : 1));
  context.state.budget.charge(4 * ones.reduce((product, one) => product * one, 1), 'the ones');
  const parameter = context.parameter(`${context.name}/ones`, filled('float32', ones, 1), 'constant');
  return context.result(context.emit('mul', [context.inOrder(wide, order), parameter], {}), order);
}
