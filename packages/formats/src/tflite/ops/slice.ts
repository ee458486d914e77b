import { refuse } from '../../errors.js';
import { completeLengths, splitSlices } from '../../tensorflow-shapes.js';
import type { NodeResult, OperatorContext } from '../context.js';

/** What is taken of one dimension: `count` positions from `start` on, `step` apart. */
interface Part {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function takeParts(context: OperatorContext, parts: readonly Part[]): NodeResult {
  const attributes = {
    starts: parts.map(({ start }) => start),
    // The place behind the last position: one further in the direction of the step.
    ends: parts.map(({ start, step, count }) => start + (count - 1) * step + Math.sign(step)),
    steps: parts.map(({ step }) => step),
  };
  return context.node('slice', [context.value(0)], attributes, { range: context.range(0) });
}

/** SLICE: a corner and a size per dimension, where −1 means "to the end". */
export function readSlice(context: OperatorContext): NodeResult {
  const shape = context.shape(0);
  const begin = context.integers(1, 'the corner');
  const size = context.integers(2, 'the size');
  const parts = shape.map((extent, axis) => {
    const start = begin[axis] ?? 0;
    const count = size[axis] === -1 ? extent - start : (size[axis] ?? extent);
    return { start, step: 1, count };
  });
  return takeParts(context, parts);
}

/**
 * STRIDED_SLICE: begin, end and step per dimension. A bit of a mask says of its dimension that begin or end does not
 * count, or that the dimension, of which one position is taken, goes.
 */
export function readStridedSlice(context: OperatorContext): NodeResult {
  const options = context.options(32);
  const [begins, ends, ellipsis, added, shrinks] = [
    'begin_mask',
    'end_mask',
    'ellipsis_mask',
    'new_axis_mask',
    'shrink_axis_mask',
  ].map((name, slot) => options.int32(slot, name)) as [number, number, number, number, number];
  if (ellipsis !== 0 || added !== 0) refuse('uses an ellipsis or adds dimensions, which is not supported');
  const shape = context.shape(0);
  const [begin, end, steps] = [1, 2, 3].map((input) => context.integers(input, 'a list of positions')) as [
    number[],
    number[],
    number[],
  ];
  const isIn = (mask: number, axis: number): boolean => ((mask >> axis) & 1) === 1;
  const parts = shape.map((extent, axis): Part => {
    const step = steps[axis] ?? 1;
    const [least, most] = step < 0 ? [-1, extent - 1] : [0, extent];
    const place = (index: number): number =>
      Math.min(most, Math.max(least, index < 0 ? index + extent : index));
    const start =
      isIn(begins, axis) || begin[axis] === undefined ? (step < 0 ? most : least) : place(begin[axis]);
    if (isIn(shrinks, axis)) return { start, step: 1, count: 1 };
    const stop = isIn(ends, axis) || end[axis] === undefined ? (step < 0 ? least : most) : place(end[axis]);
    return { start, step, count: Math.ceil((stop - start) / step) };
  });
  if (shrinks === 0) return takeParts(context, parts);
  const taken = context.emitHelper(takeParts(context, parts));
  const kept = parts.filter((_, axis) => !isIn(shrinks, axis)).map(({ count }) => count);
  return context.node('reshape', [taken], { shape: kept }, { range: context.range(0) });
}

/** One slice per output, of these lengths, along a dimension. */
const splitInto = (
  context: OperatorContext,
  axis: number,
  lengths: readonly number[],
): readonly NodeResult[] =>
  splitSlices(context.shape(0), axis, lengths).map((attributes) =>
    context.node('slice', [context.value(0)], attributes, { range: context.range(0) }),
  );

const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** SPLIT into equal parts; the dimension comes first and the value second. */
export function readSplit(context: OperatorContext): readonly NodeResult[] {
  const [said = 0] = context.integers(0, 'the dimension');
  const swapped = context.withInputs([1]);
  const shape = swapped.shape(0);
  const axis = fromFront(said, shape.length);
  const count = context.operator.outputs.length;
  return splitInto(swapped, axis, new Array<number>(count).fill((shape[axis] ?? 0) / count));
}

/** SPLIT_V into parts of stated lengths, of which one may be −1, the rest. */
export function readSplitV(context: OperatorContext): readonly NodeResult[] {
  const shape = context.shape(0);
  const stated = context.integers(1, 'the lengths');
  const [said = 0] = context.integers(2, 'the dimension');
  const axis = fromFront(said, shape.length);
  return splitInto(context, axis, completeLengths(stated, shape[axis] ?? 0));
}
