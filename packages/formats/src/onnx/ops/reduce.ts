import { elementCount } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, shapeOf, type Value, valueInOrder } from '../layout.js';
import { withNumber } from './arithmetic.js';
import { reducedAxes } from './composing.js';

type GlobalPool = 'global-average-pool2d' | 'global-max-pool2d';

/**
 * Reduces dimensions by global pooling. What is reduced must lie together in memory, `[before, reduced, after]`: then it
 * is an image `[before, reduced, 1, after]`, whatever dimensions the file gives it. For an image `[N, H, W, C]` of which
 * height and width are reduced, the memory is that already; where it is not, what is reduced is moved behind the rest.
 */
function reduce(
  context: NodeContext,
  op: GlobalPool,
  axes: readonly number[],
  keeps: boolean,
  isHelper = false,
): Value {
  const found = context.value(0);
  const shape = shapeOf(found);
  const reducedParts = (value: Value): number[] =>
    axes.flatMap((axis) => value.dimensions[axis] ?? []).toSorted((a, b) => a - b);
  const liesTogether = reducedParts(found).every((part, i, parts) => part === (parts[0] as number) + i);
  const kept = naturalOrder(shape.length).filter((axis) => !axes.includes(axis));
  const behind = [...kept, ...axes];
  const value = liesTogether ? found : valueInOrder(context.inOrder(found, behind), shape, behind);
  const reduced = reducedParts(value);
  const [first = 0] = reduced;
  const before = value.extents.slice(0, first);
  const after = value.extents.slice(first + reduced.length);
  const extent = elementCount(value.extents.slice(first, first + reduced.length));
  const isImage = shape.length === 4 && axes.length === 2 && axes.includes(2) && axes.includes(3);
  const image =
    (isImage ? context.tryOrder(value, [0, 2, 3, 1]) : undefined) ??
    context.reshaped(value.name, [elementCount(before), extent, 1, elementCount(after)]);
  const dimensions = value.dimensions.map((parts, axis) =>
    axes.includes(axis) ? [] : parts.map((part) => (part < first ? part : part - reduced.length)),
  );
  return {
    kind: 'value',
    name: isHelper ? context.helper(op, [image], {}) : context.emit(op, [image], {}),
    extents: [...before, ...after],
    dimensions: keeps ? dimensions : dimensions.filter((_, axis) => !axes.includes(axis)),
  };
}

const spatialAxes = (rank: number): number[] =>
  Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 2);

function readGlobalPool(op: GlobalPool): (context: NodeContext) => Value {
  return (context) => {
    const rank = context.shape(0).length;
    if (rank < 3) refuse(`pools over height and width, but its input has ${rank} dimensions`);
    return reduce(context, op, spatialAxes(rank), true);
  };
}

/** ReduceMean and ReduceMax. */
function readReduction(op: GlobalPool): (context: NodeContext) => Value {
  return (context) => {
    const axes = reducedAxes(context);
    if (axes.length === 0) return context.value(0);
    return reduce(context, op, axes, context.integerAttribute('keepdims', 1) !== 0);
  };
}

/** ReduceSum: the mean times the number of elements. */
export function readReduceSum(context: NodeContext): Value {
  const axes = reducedAxes(context);
  if (axes.length === 0) return context.value(0);
  const shape = context.shape(0);
  const mean = reduce(
    context,
    'global-average-pool2d',
    axes,
    context.integerAttribute('keepdims', 1) !== 0,
    true,
  );
  return withNumber(context, 'mul', mean, {
    number: elementCount(axes.map((axis) => shape[axis] as number)),
  });
}

export const readGlobalAveragePool = readGlobalPool('global-average-pool2d');
export const readGlobalMaxPool = readGlobalPool('global-max-pool2d');
export const readReduceMean = readReduction('global-average-pool2d');
export const readReduceMax = readReduction('global-max-pool2d');
