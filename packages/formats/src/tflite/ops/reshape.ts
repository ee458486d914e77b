import { elementCount, formatShape, type Shape, sameShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { completeShape, depthToSpace } from '../../tensorflow-shapes.js';
import type { OperatorContext, OperatorResult } from '../context.js';

function reshapeTo(context: OperatorContext, shape: Shape): OperatorResult {
  if (sameShape(shape, context.shape(0))) return { kind: 'same' };
  return context.node('reshape', [context.value(0)], { shape }, { range: context.range(0) });
}

/**
 * RESHAPE. The new shape is a constant input, or stands in the options of old files; where it follows
 * from what the network computes and not from shapes alone, the shape that the file gives its output is meant.
 */
export function readReshape(context: OperatorContext): OperatorResult {
  const isComputed = context.has(1) && !context.isConstant(1);
  if (isComputed) {
    const { shape } = context.output;
    if (elementCount(shape) !== elementCount(context.shape(0)))
      refuse(
        `has a new shape that depends on what the network computes; the file says ${formatShape(shape)}, which ${formatShape(context.shape(0))} does not fit`,
      );
    return reshapeTo(context, shape);
  }
  const wanted = context.has(1)
    ? context.integers(1, 'the new shape')
    : context.options(17).int32s(0, 'new_shape');
  return reshapeTo(context, completeShape(wanted, context.shape(0)));
}

const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** SQUEEZE: the named dimensions of extent 1 go, or all where none is named. */
export function readSqueeze(context: OperatorContext): OperatorResult {
  const shape = context.shape(0);
  const axes = context
    .options(30)
    .int32s(0, 'squeeze_dims')
    .map((axis) => fromFront(axis, shape.length));
  for (const axis of axes) {
    if (shape[axis] !== 1) {
      refuse(`squeezes dimension ${axis} of ${formatShape(shape)}, which is ${shape[axis]} and not 1`);
    }
  }
  const goes = (dimension: number, axis: number): boolean =>
    axes.length === 0 ? dimension === 1 : axes.includes(axis);
  return reshapeTo(
    context,
    shape.filter((dimension, axis) => !goes(dimension, axis)),
  );
}

/** EXPAND_DIMS: a dimension of extent 1 more. */
export function readExpandDims(context: OperatorContext): OperatorResult {
  const shape = context.shape(0);
  const [axis = Number.NaN] = context.integers(1, 'the axis').map((a) => fromFront(a, shape.length + 1));
  if (!(axis >= 0 && axis <= shape.length)) {
    refuse(`adds a dimension at ${axis} to ${formatShape(shape)}; 0 to ${shape.length} are possible`);
  }
  return reshapeTo(context, shape.toSpliced(axis, 0, 1));
}

/** TRANSPOSE; where only dimensions of extent 1 change their places, the elements stay in order. */
export function readTranspose(context: OperatorContext): OperatorResult {
  const shape = context.shape(0);
  const permutation = context.integers(1, 'the permutation').map((axis) => fromFront(axis, shape.length));
  const moved = permutation.filter((axis) => shape[axis] !== 1);
  const isInOrder = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
  const isPermutation =
    permutation.length === shape.length &&
    new Set(permutation).size === shape.length &&
    permutation.every((axis) => axis >= 0 && axis < shape.length);
  if (isPermutation && isInOrder) {
    return reshapeTo(
      context,
      permutation.map((axis) => shape[axis] as number),
    );
  }
  return context.node('transpose', [context.value(0)], { permutation }, { range: context.range(0) });
}

/** DEPTH_TO_SPACE. */
export function readDepthToSpace(context: OperatorContext): OperatorResult {
  const block = context.options(94).int32(0, 'block_size');
  const { split, permutation, joined } = depthToSpace(context.shape(0), block);
  const blocks = context.helper('reshape', [context.value(0)], { shape: split });
  const rows = context.helper('transpose', [blocks], { permutation });
  return context.node('reshape', [rows], { shape: joined }, { range: context.range(0) });
}
