import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';

/** Amounts before and after each dimension: attributes before operator set 11, inputs since; for some axes since 18. */
function readAmounts(context: NodeContext, rank: number): { before: number[]; after: number[] } {
  const said =
    context.integersAttribute('pads') ??
    context.integersAttribute('paddings') ??
    context.integers(1, 'the amounts of padding') ??
    [];
  const axes =
    context.integers(3, 'the axes')?.map((axis) => context.axis(axis, rank)) ??
    Array.from({ length: rank }, (_, axis) => axis);
  if (said.length !== 2 * axes.length) {
    refuse(
      `needs ${2 * axes.length} amounts of padding, before and after ${axes.length} dimensions, but has ${said.length}`,
    );
  }
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  axes.forEach((axis, i) => {
    before[axis] = said[i] as number;
    after[axis] = said[i + axes.length] as number;
  });
  if ([...before, ...after].some((amount) => amount < 0)) {
    refuse(`cuts off a border (negative padding ${said.join(', ')}), which is not supported`);
  }
  return { before, after };
}

/** Pad with a constant. */
export function readPad(context: NodeContext): Value {
  const mode = context.stringAttribute('mode', 'constant');
  if (mode !== 'constant')
    refuse(`pads by ${JSON.stringify(mode.slice(0, 40))}; only "constant" is supported`);
  const input = context.value(0);
  const { before, after } = readAmounts(context, shapeOf(input).length);
  const { name: ordered, order } = context.ordered(input);
  const value = context.has(2)
    ? (context.constant(2, 'the padded number').data[0] ?? 0)
    : context.floatAttribute('value', 0);
  const name = context.emit('pad', [ordered], {
    before: order.map((axis) => before[axis] as number),
    after: order.map((axis) => after[axis] as number),
    value,
  });
  return context.result(name, order);
}
