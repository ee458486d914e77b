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
