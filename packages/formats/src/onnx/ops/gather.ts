/** @file Elements at positions that are constant or computed. */
import { createTensor, formatShape, storedRange, type Tensor } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import {
  extremesAlongLast,
  followingPart,
  gatheredAlongLast,
  gatheredNd,
} from '../../composites/gathering.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, regroup, shapeOf, type Value } from '../layout.js';
import { composer, last } from './composing.js';
import { byteConstant } from './quantization.js';
import { realNumbers } from './quantize.js';
import { takeParts } from './slice.js';

/** A function of one byte, or one for each channel, that `joinTables` found: `out = table[byte + start of the channel's row]`. */
function readTable(context: NodeContext, found: Value): Value {
  const { constant, type } = byteConstant(context, 0, 'the table');
  const from = context.integerTypeOf(found) as ByteType;
  const { data } = context.state.decoded.integers(constant, type);
  const rows = data.length / 256;
  const { min: least } = storedRange(from);
  const starts = context.has(2) ? [...context.constant(2, 'the beginnings of rows').data] : [0];
  const isInOrder = starts.every((start, row) => start === 256 * row - least);
  // Negative positions count from the end.
  const isTurned = rows === 1 && least < 0 && starts[0] === 0;
  if (!isInOrder && !isTurned) return refuse('looks up bytes beyond the rows of its table');
  const shape = shapeOf(found);
  const axis = shape.length - (rows === 1 ? 1 : context.shape(2).length);
  if (rows > 1 && shape[axis] !== rows)
    refuse(`has a table of ${rows} rows for ${formatShape(shape)}, whose dimension ${axis} is another`);
  const channelLast = [...naturalOrder(shape.length).filter((d) => d !== axis), axis];
  const { name, order } =
    rows === 1 ? context.ordered(found) : { name: context.inOrder(found, channelLast), order: channelLast };
  const entries = isTurned ? [...data.subarray(128), ...data.subarray(0, 128)] : data;
  const array = (type === 'int8' ? Int8Array : Uint8Array).from(entries);
  const table = createTensor(type, rows === 1 ? [256] : [rows, 256], array as never) as Tensor;
  const parameter = context.parameter(context.node.inputs[0] as string, table, 'constant');
  return { ...found, ...context.result(context.emit('lookup', [name, parameter], {}), order) };
}

/** Gather along a dimension: a slice where the indices are constant and follow each other. */
export function readGather(context: NodeContext): Value {
  const positions = context.input(1);
  if (positions.kind === 'value' && isByteType(context.integerTypeOf(positions)))
    return readTable(context, positions);
  const data = context.value(0);
  const shape = shapeOf(data);
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  const indices = context.input(1);
  const part =
    indices.kind === 'constant' && indices.shape.length <= 1
      ? followingPart([...indices.data], shape[axis] as number)
      : undefined;
  if (part === undefined) return gathered(context, data, axis);
  const taken = shape.map((count, d) => (d === axis ? part : { start: 0, step: 1, count }));
  const result = takeParts(context, data, taken);
  if (context.shape(1).length === 1) return result;
  const rest = naturalOrder(shape.length).filter((d) => d !== axis);
  return (
    regroup(
      result,
      rest.map((d) => shape[d] as number),
    ) ?? refuse('drops a dimension that is not 1')
  );
}

/** Elements at any positions: the dimensions of the indices take the place of the one that they count along. */
function gathered(context: NodeContext, data: Value, axis: number): Value {
  const { name, order } = context.ordered(data);
  const rank = context.shape(1).length;
  const indices = context.reshaped(realIndices(context, 1), context.shape(1));
  const result = context.emit('gather', [name, indices], { axis: order.indexOf(axis), batch: 0 });
  const inFile = (d: number): number => (d < axis ? d : d + rank - 1);
  return context.result(
    result,
    order.flatMap((d) => (d === axis ? naturalOrder(rank).map((i) => axis + i) : [inFile(d)])),
  );
}

/** Indices as the real numbers that they are, in the file's order. */
const realIndices = (context: NodeContext, input: number): string =>
  context.natural(realNumbers(context, context.value(input))).name;

/** GatherElements: for each index, one element among those that lie along a dimension with it. */
export function readGatherElements(context: NodeContext): Value {
  const [shape, places] = [context.shape(0), context.shape(1)];
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  if (places.length !== shape.length || !places.every((size, d) => d === axis || size === shape[d])) {
    refuse(
      `takes elements of ${formatShape(shape)} by indices ${formatShape(places)}; only dimension ${axis} may differ`,
    );
  }
  const order = [...naturalOrder(shape.length).filter((d) => d !== axis), axis];
  const [data, indices] = [0, 1].map((input) =>
    context.inOrder(realNumbers(context, context.value(input)), order),
  ) as [string, string];
  return context.result(last(context, gatheredAlongLast(composer(context), data, indices)), order);
}

/** TopK along a dimension: the numbers, and their positions. */
export function readTopK(context: NodeContext): readonly Value[] {
  const shape = context.shape(0);
  const axis = context.axis(context.integerAttribute('axis', -1), shape.length);
  const order = [...naturalOrder(shape.length).filter((d) => d !== axis), axis];
  const data = context.inOrder(context.value(0), order);
  const [count = context.integerAttribute('k', 0)] = context.integerList(1, 'how many') ?? [];
  const side = context.integerAttribute('largest', 1) === 0 ? 'min' : 'max';
  const [, name = ''] = context.node.outputs;
  const { positions, numbers } = extremesAlongLast(composer(context), data, count, side);
  const places = last(
    name === '' ? context.named(`${context.name}/positions`) : context.named(name),
    positions,
  );
  return [last(context, numbers(places)), places].map((found) => context.result(found, order));
}

/** GatherND: elements or blocks at positions of several dimensions. */
export function readGatherNd(context: NodeContext): Value {
  const data = context.natural(realNumbers(context, context.value(0)));
  const batch = context.integerAttribute('batch_dims', 0);
  const c = composer(context);
  const indices = context.reshaped(realIndices(context, 1), context.shape(1));
  const name = last(context, gatheredNd(c, context.reshaped(data.name, context.shape(0)), indices, batch));
  const rank = context.graphShape(name).length;
  return context.result(name, naturalOrder(rank));
}
