import { elementCount } from '@sepconv/tensor';
import { borderNumber } from '../../border-number.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';
import { takeParts } from './slice.js';

/** Amounts before and after each dimension: attributes before operator set 11, inputs since; for some axes since 18. */
function readAmounts(context: NodeContext, rank: number): { before: number[]; after: number[] } {
  const said =
    context.integersAttribute('pads') ??
    context.integersAttribute('paddings') ??
    context.integerList(1, 'the amounts of padding') ??
    [];
  const axes =
    context.integerList(3, 'the axes')?.map((axis) => context.axis(axis, rank)) ??
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
  return { before, after };
}

/** A range of one dimension, forwards or backwards, of a graph value. */
function part(
  context: NodeContext,
  name: string,
  axis: number,
  [start, end, step]: readonly [start: number, end: number, step: 1 | -1],
): string[] {
  if (start === end) return [];
  const shape = context.graphShape(name);
  const along = (own: number, other: (size: number) => number): number[] =>
    shape.map((size, d) => (d === axis ? own : other(size)));
  const attributes = {
    starts: along(start, () => 0),
    ends: along(end, (size) => size),
    steps: along(step, () => 1),
  };
  return [context.helper('slice', [name], attributes)];
}

/** One dimension continued by what it has itself: mirrored about its ends, or from its other end. */
function continued(
  context: NodeContext,
  name: string,
  axis: number,
  { before, after, mode }: { readonly before: number; readonly after: number; readonly mode: string },
): string {
  const size = context.graphShape(name)[axis] as number;
  const most = mode === 'reflect' ? size - 1 : size;
  if (before > most || after > most) {
    refuse(
      `continues ${size} elements by ${before} and ${after} in the mode ${mode}, which has only ${most}`,
    );
  }
  const [front, back] =
    mode === 'reflect'
      ? [
          part(context, name, axis, [before, 0, -1]),
          part(context, name, axis, [size - 2, size - 2 - after, -1]),
        ]
      : [part(context, name, axis, [size - before, size, 1]), part(context, name, axis, [0, after, 1])];
  return context.helper('concat', [...front, name, ...back], { axis });
}

/** One dimension continued by its outermost elements: the nearest ones of an image that begins before it. */
function extended(context: NodeContext, name: string, axis: number, before: number, after: number): string {
  const shape = context.graphShape(name);
  const size = shape[axis] as number;
  const image = context.reshaped(name, [
    elementCount(shape.slice(0, axis)),
    size,
    1,
    elementCount(shape.slice(axis + 1)),
  ]);
  const wider = context.helper('resize2d', [image], {
    size: [before + size + after, 1],
    mode: 'nearest',
    coordinates: 'affine',
    start: [-before, 0],
    step: [1, 1],
  });
  return context.reshaped(wider, shape.with(axis, before + size + after));
}

/** What is left of a value behind its negative amounts, which cut off, and the amounts that are then to be added. */
function cropped(
  context: NodeContext,
  input: Value,
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
): { value: Value; before: number[]; after: number[] } {
  const shape = shapeOf(input);
  const parts = shape.map((size, axis) => {
    const start = Math.max(0, -(before[axis] as number));
    const count = size - start - Math.max(0, -(after[axis] as number));
    if (count < 1) {
      refuse(
        `cuts ${-Math.min(0, before[axis] as number)} and ${-Math.min(0, after[axis] as number)} off ${size} elements, which leaves none`,
      );
    }
    return { start, step: 1, count };
  });
  const added = (amounts: readonly number[]): number[] => amounts.map((amount) => Math.max(0, amount));
  return { value: takeParts(context, input, parts), before: added(before), after: added(after) };
}

/** Pad with a constant, with the outermost elements, or with what lies inside, mirrored or from the other end. */
export function readPad(context: NodeContext): Value {
  const mode = context.stringAttribute('mode', 'constant');
  if (!['constant', 'edge', 'reflect', 'wrap'].includes(mode)) {
    refuse(
      `pads by ${JSON.stringify(mode.slice(0, 40))}; "constant", "edge", "reflect" and "wrap" are supported`,
    );
  }
  const whole = context.value(0);
  const amounts = readAmounts(context, shapeOf(whole).length);
  const { value: input, before, after } = cropped(context, whole, amounts);
  const { name: ordered, order } = context.ordered(input);
  if (mode !== 'constant') {
    const padded = shapeOf(input).map(
      (size, axis) => size + (before[axis] as number) + (after[axis] as number),
    );
    context.state.budget.checkShape(padded, 'the output');
    const name = order.reduce((current, axis, at) => {
      const [front = 0, back = 0] = [before[axis], after[axis]];
      if (front + back === 0) return current;
      return mode === 'edge'
        ? extended(context, current, at, front, back)
        : continued(context, current, at, { before: front, after: back, mode });
    }, ordered);
    return context.result(name, order);
  }
  const value = context.has(2)
    ? (context.constant(2, 'the padded number').data[0] ?? 0)
    : context.floatAttribute('value', 0);
  const name = context.emit('pad', [ordered], {
    before: order.map((axis) => before[axis] as number),
    after: order.map((axis) => after[axis] as number),
    value: borderNumber(value),
  });
  return context.result(name, order);
}
