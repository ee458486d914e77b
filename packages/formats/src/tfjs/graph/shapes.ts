import { elementCount, formatShape, type Shape } from '@sepconv/tensor';
import { borderNumber } from '../../border-number.js';
import { refuse } from '../../errors.js';
import {
  completeLengths,
  completeShape,
  mostParts,
  paddingAmounts,
  splitSlices,
} from '../../tensorflow-shapes.js';
import type { NodeCall, NodeValue } from './context.js';

/** A value in another shape, the elements in order; of a constant only the shape changes. */
function reshapeTo(call: NodeCall, shape: Shape): NodeValue {
  const input = call.input(0);
  if (input.kind === 'value') {
    return { kind: 'value', name: call.emitter.reshape(input.name, shape, call.name) };
  }
  if (elementCount(shape) !== elementCount(input.shape)) {
    refuse(`cannot turn ${formatShape(input.shape)} into ${formatShape(shape)}`);
  }
  return { ...input, shape };
}

/** Reshape; one dimension may be −1. */
export function readReshape(call: NodeCall): NodeValue {
  return reshapeTo(call, completeShape(call.integers(1, 'the new shape'), call.shape(0)));
}

/** Squeeze: the named dimensions of extent 1 go, or all where none is named. */
export function readSqueeze(call: NodeCall): NodeValue {
  const shape = call.shape(0);
  const attribute = call.node.has('squeeze_dims') ? 'squeeze_dims' : 'axis';
  const axes = call.node.integers(attribute).map((axis) => call.axis(axis, shape.length));
  for (const axis of axes) {
    if (shape[axis] !== 1) refuse(`squeezes dimension ${axis} of ${formatShape(shape)}, which is not 1`);
  }
  const goes = (dimension: number, axis: number): boolean =>
    axes.length === 0 ? dimension === 1 : axes.includes(axis);
  return reshapeTo(
    call,
    shape.filter((dimension, axis) => !goes(dimension, axis)),
  );
}

/** ExpandDims: a dimension of extent 1 more. */
export function readExpandDims(call: NodeCall): NodeValue {
  const shape = call.shape(0);
  const [said = 0] = call.integers(1, 'the axis');
  return reshapeTo(call, shape.toSpliced(call.axis(said, shape.length + 1), 0, 1));
}

/** Transpose. */
export function readTranspose(call: NodeCall): NodeValue {
  const rank = call.shape(0).length;
  const permutation = call.integers(1, 'the permutation').map((axis) => call.axis(axis, rank));
  return call.emit('transpose', [call.value(0)], { permutation });
}

/** Pad with zeros and PadV2 with a number: two amounts for each dimension. */
export function readPad(call: NodeCall): NodeValue {
  const shape = call.shape(0);
  const amounts = paddingAmounts(call.integers(1, 'the amounts of padding'), shape);
  const value = call.inputs.length > 2 ? (call.constant(2, 'the padded number').data[0] ?? 0) : 0;
  return call.emit('pad', [call.value(0)], { ...amounts, value: borderNumber(value) });
}

/** Slice: where it begins, and how much of each dimension; −1 is all that is left. */
export function readSlice(call: NodeCall): NodeValue {
  const shape = call.shape(0);
  const starts = call.integers(1, 'the begin');
  const sizes = call.integers(2, 'the size');
  const ends = shape.map((extent, axis) => {
    const size = sizes[axis] ?? -1;
    return size === -1 ? extent : (starts[axis] ?? 0) + size;
  });
  return call.emit('slice', [call.value(0)], { starts, ends, steps: shape.map(() => 1) });
}

/** The slices of a split; outputs behind the first are called `name:1`, as in the file. */
function splitInto(call: NodeCall, input: number, axis: number, lengths: readonly number[]): NodeValue[] {
  const slices = splitSlices(call.shape(input), axis, lengths);
  const value = call.value(input);
  return slices.map((attributes, k) => {
    const name = k === 0 ? call.name : `${call.name}:${k}`;
    return { kind: 'value', name: call.emitter.node('slice', [value], attributes, name) };
  });
}

/** The one dimension that a constant input names. */
function namedAxis(call: NodeCall, index: number, rank: number): number {
  const [said = Number.NaN, ...others] = call.integers(index, 'the axis');
  return others.length === 0 ? call.axis(said, rank) : refuse(`splits along ${1 + others.length} axes`);
}

/** Split into equal parts; the axis comes first and the value second. */
export function readSplit(call: NodeCall): NodeValue[] {
  const shape = call.shape(1);
  const axis = namedAxis(call, 0, shape.length);
  const count = call.node.integer('num_split', 1);
  if (!(count >= 1 && count <= mostParts))
    refuse(`splits into ${count} parts; 1 to ${mostParts} are supported`);
  return splitInto(call, 1, axis, new Array<number>(count).fill((shape[axis] as number) / count));
}

/** SplitV into parts of stated lengths, of which one may be −1, the rest. */
export function readSplitV(call: NodeCall): NodeValue[] {
  const shape = call.shape(0);
  const axis = namedAxis(call, 2, shape.length);
  return splitInto(call, 0, axis, completeLengths(call.integers(1, 'the lengths'), shape[axis] as number));
}

/** DepthToSpace. */
export function readDepthToSpace(call: NodeCall): NodeValue {
  call.expectChannelsLast();
  const block = call.node.integer('block_size', 1);
  return { kind: 'value', name: call.emitter.depthToSpace(call.value(0), block, call.name) };
}

/** ConcatV2: the axis is the last input. */
export function readConcat(call: NodeCall): NodeValue {
  const last = call.inputs.length - 1;
  if (last < 1) refuse('joins no inputs');
  const [said = 0] = call.integers(last, 'the axis');
  const axis = call.axis(said, call.shape(0).length);
  const parts = call.inputs.slice(0, -1).map((_, i) => call.value(i));
  return call.emit('concat', parts, { axis });
}

/** AvgPool and MaxPool. */
export const pool =
  (kind: 'average' | 'max') =>
  (call: NodeCall): NodeValue => ({
    kind: 'value',
    name: call.emitter.pool(kind, call.value(0), call.pair('ksize'), call.window(), call.name),
  });
