import { filled } from '@sepconv/tensor';
import { broadcastShape } from '../../fold/known.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';

/** Expand: the value times ones of the shape that it is stretched to. */
export function readExpand(context: NodeContext): Value {
  const value = context.value(0);
  const seen = shapeOf(value);
  const shape = broadcastShape(seen, context.integerList(1, 'the new shape') ?? []);
  context.state.budget.checkShape(shape, 'the output');
  const leading = new Array<number>(shape.length - seen.length).fill(1);
  const wide = context.widened(value, shape.length);
  if (shape.every((dimension, axis) => dimension === (leading[axis] ?? seen[axis - leading.length])))
    return wide;
  const { name, order } = context.ordered(wide);
  // Only stretched dimensions need ones; the others are as the value has them.
  const ones = order.map((axis) => (wide.dimensions[axis]?.length === 0 ? (shape[axis] as number) : 1));
  context.state.budget.charge(4 * ones.reduce((product, one) => product * one, 1), 'the ones');
  const parameter = context.parameter(`${context.name}/ones`, filled('float32', ones, 1), 'constant');
  return context.result(context.emit('mul', [name, parameter], {}), order);
}
