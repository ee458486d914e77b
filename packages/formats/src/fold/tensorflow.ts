/**
 * @file TensorFlow's ops on numbers that are known before the network runs, by TensorFlow's names: shapes and what is computed
 * with them, conditions of loops, weights that are rearranged. TFLite and TF.js share them.
 */
import { elementCount, formatShape, roundHalfEven } from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { type StridedSlice, stridedParts } from '../composites/strided-slice.js';
import { refuse } from '../errors.js';
import { completeLengths, completeShape, mostParts, paddingAmounts } from '../tensorflow-shapes.js';
import {
  broadcast,
  broadcastShape,
  checkKnownShape,
  combined,
  concat,
  filledWith,
  gather,
  type Known,
  listOf,
  mapped,
  type Reduction,
  range,
  reduced,
  reductions,
  sliced,
  tiled,
  transposed,
} from './known.js';

/** What an op says beside its inputs. */
export interface FoldAttributes {
  integer(name: string, absent: number): number;
  integers(name: string): readonly number[];
  boolean(name: string): boolean;
}

/** An op whose inputs are all known. */
export interface FoldCall {
  readonly budget: Budget;
  readonly inputs: readonly Known[];
  readonly attributes: FoldAttributes;
}

type Fold = (call: FoldCall) => Known | readonly Known[];

const inputOf = ({ inputs }: FoldCall, index: number): Known =>
  inputs[index] ?? refuse(`needs input ${index}, but has ${inputs.length} inputs`);

/** Shapes, axes, positions: one or a few for each dimension. */
function listAt(call: FoldCall, index: number): number[] {
  const { data } = inputOf(call, index);
  if (data.length > 64 || !data.every(Number.isSafeInteger))
    refuse(`input ${index} must be a short list of integers, but has ${data.length} numbers`);
  return [...data];
}

const numberAt = (call: FoldCall, index: number): number =>
  inputOf(call, index).data[0] ?? refuse(`input ${index} has no number`);

function axisOf(said: number, rank: number): number {
  const axis = said < 0 ? said + rank : said;
  return axis >= 0 && axis < rank ? axis : refuse(`names dimension ${said} of ${rank}`);
}

const onOne =
  (compute: (value: number) => number): Fold =>
  (call) =>
    mapped(call.budget, inputOf(call, 0), compute);

const onAll =
  (compute: (...numbers: number[]) => number): Fold =>
  (call) =>
    combined(call.budget, call.inputs, compute);

const compared = (holds: (a: number, b: number) => boolean): Fold =>
  onAll((a = 0, b = 0) => (holds(a, b) ? 1 : 0));

const reduction =
  (how: Reduction, finish: (value: number, count: number) => number = (value) => value): Fold =>
  (call) => {
    const from = inputOf(call, 0);
    const rank = from.shape.length;
    const axes = [...new Set(listAt(call, 1).map((axis) => axisOf(axis, rank)))].toSorted((a, b) => a - b);
    const keeps = call.attributes.boolean('keep_dims');
    const result = reduced(call.budget, from, { axes, keeps }, how);
    const count = elementCount(axes.map((axis) => from.shape[axis] as number));
    return mapped(call.budget, result, (value) => finish(value, count));
  };

/** The same numbers under another shape. */
function reshaped({ shape, data }: Known, wanted: readonly number[]): Known {
  if (checkKnownShape(wanted, 'the result') !== data.length)
    refuse(`cannot turn ${formatShape(shape)} into ${formatShape(wanted)}`);
  return { shape: wanted, data };
}

const reshape: Fold = (call) => {
  const from = inputOf(call, 0);
  return reshaped(from, completeShape(listAt(call, 1), from.shape));
};

const squeeze: Fold = (call) => {
  const from = inputOf(call, 0);
  const said = call.attributes.integers('squeeze_dims');
  const axes = said.map((axis) => axisOf(axis, from.shape.length));
  return reshaped(
    from,
    from.shape.filter((extent, axis) => (axes.length === 0 ? extent !== 1 : !axes.includes(axis))),
  );
};

const expandDims: Fold = (call) => {
  const from = inputOf(call, 0);
  return reshaped(from, from.shape.toSpliced(axisOf(numberAt(call, 1), from.shape.length + 1), 0, 1));
};

const pack: Fold = (call) => {
  const rank = inputOf(call, 0).shape.length;
  const axis = axisOf(call.attributes.integer('axis', 0), rank + 1);
  const parts = call.inputs.map((input) => reshaped(input, input.shape.toSpliced(axis, 0, 1)));
  return concat(call.budget, parts, axis);
};

/** Parts of these lengths along a dimension. */
function cut({ budget }: FoldCall, from: Known, axis: number, lengths: readonly number[]): Known[] {
  if (lengths.length > mostParts) refuse(`makes ${lengths.length} parts; at most ${mostParts} are supported`);
  const extent = from.shape[axis] as number;
  let start = 0;
  return lengths.map((count) => {
    if (!(Number.isInteger(count) && count >= 0 && start + count <= extent))
      refuse(`cuts ${extent} into parts of ${lengths.slice(0, 16).join(', ')}`);
    const parts = from.shape.map((whole, d) =>
      d === axis ? { start, step: 1, count } : { start: 0, step: 1, count: whole },
    );
    start += count;
    return sliced(budget, from, parts);
  });
}

const unpack: Fold = (call) => {
  const from = inputOf(call, 0);
  const axis = axisOf(call.attributes.integer('axis', 0), from.shape.length);
  const extent = from.shape[axis] as number;
  if (extent > mostParts) refuse(`makes ${extent} parts; at most ${mostParts} are supported`);
  const parts = cut(call, from, axis, new Array<number>(extent).fill(1));
  return parts.map((part) => reshaped(part, part.shape.toSpliced(axis, 1)));
};

const split: Fold = (call) => {
  const from = inputOf(call, 1);
  const axis = axisOf(numberAt(call, 0), from.shape.length);
  const count = call.attributes.integer('num_split', 1);
  if (!(count >= 1 && count <= mostParts)) refuse(`makes ${count} parts; 1 to ${mostParts} are supported`);
  return cut(call, from, axis, new Array<number>(count).fill((from.shape[axis] as number) / count));
};

const splitV: Fold = (call) => {
  const from = inputOf(call, 0);
  const axis = axisOf(numberAt(call, 2), from.shape.length);
  return cut(call, from, axis, completeLengths(listAt(call, 1), from.shape[axis] as number));
};

/** ConcatV2: the axis is the last input. */
const concatV2: Fold = (call) => {
  const parts = call.inputs.slice(0, -1);
  const { shape } = inputOf(call, 0);
  return concat(call.budget, parts, axisOf(numberAt(call, parts.length), shape.length));
};

const gatherV2: Fold = (call) => {
  const from = inputOf(call, 0);
  if (call.attributes.integer('batch_dims', 0) !== 0) refuse('gathers in batches, which is not supported');
  const said = call.inputs.length > 2 ? numberAt(call, 2) : 0;
  return gather(call.budget, from, inputOf(call, 1), axisOf(said, from.shape.length));
};

/** The lists and masks of a StridedSlice. */
function stridesOf(call: FoldCall): StridedSlice {
  const mask = (name: string): number => call.attributes.integer(`${name}_mask`, 0);
  return {
    begin: listAt(call, 1),
    end: listAt(call, 2),
    strides: call.inputs.length > 3 ? listAt(call, 3) : [],
    beginMask: mask('begin'),
    endMask: mask('end'),
    ellipsisMask: mask('ellipsis'),
    newAxisMask: mask('new_axis'),
    shrinkAxisMask: mask('shrink_axis'),
  };
}

const stridedSlice: Fold = (call) => {
  const from = inputOf(call, 0);
  const { taken, result } = stridedParts(stridesOf(call), from.shape);
  return reshaped(sliced(call.budget, from, taken), result);
};

const slice: Fold = (call) => {
  const from = inputOf(call, 0);
  const [begin, size] = [listAt(call, 1), listAt(call, 2)];
  const parts = from.shape.map((extent, axis) => {
    const start = begin[axis] ?? 0;
    const count = size[axis] === -1 ? extent - start : (size[axis] ?? extent - start);
    if (!(start >= 0 && count >= 0 && start + count <= extent))
      refuse(`takes ${count} from ${start} on of ${extent}`);
    return { start, step: 1, count };
  });
  return sliced(call.budget, from, parts);
};

const transpose: Fold = (call) => {
  const from = inputOf(call, 0);
  const rank = from.shape.length;
  const permutation = listAt(call, 1).map((axis) => axisOf(axis, rank));
  if (permutation.length !== rank || new Set(permutation).size !== rank)
    refuse(`${permutation.join(', ')} is no permutation of ${rank} dimensions`);
  return transposed(call.budget, from, permutation);
};

const broadcastTo: Fold = (call) => {
  const from = inputOf(call, 0);
  return broadcast(call.budget, from, broadcastShape(from.shape, listAt(call, 1)));
};

const pad: Fold = (call) => {
  const from = inputOf(call, 0);
  const { before, after } = paddingAmounts(listAt(call, 1), from.shape);
  const value = call.inputs.length > 2 ? numberAt(call, 2) : 0;
  return from.shape.reduce((result, _, axis) => {
    const border = (extent: number): Known => filledWith(call.budget, result.shape.with(axis, extent), value);
    return concat(call.budget, [border(before[axis] ?? 0), result, border(after[axis] ?? 0)], axis);
  }, from);
};

/** Where: the indices of what is not 0, one row for each. */
const where: Fold = (call) => {
  const { shape, data } = inputOf(call, 0);
  const places = Array.from(data.keys()).filter((i) => data[i] !== 0);
  call.budget.charge(8 * (data.length + places.length * shape.length), 'the result');
  const rows = places.flatMap((place) => {
    let rest = place;
    const row = shape.toReversed().map((extent) => {
      const index = rest % extent;
      rest = Math.floor(rest / extent);
      return index;
    });
    return row.toReversed();
  });
  return { shape: [places.length, shape.length], data: Float64Array.from(rows) };
};

const select: Fold = (call) => {
  const [condition, yes, no] = [0, 1, 2].map((index) => inputOf(call, index)) as [Known, Known, Known];
  // The old Select takes one truth for each row.
  const isByRow = condition.shape.length === 1 && yes.shape.length > 1 && condition.shape[0] === yes.shape[0];
  const aligned = isByRow
    ? reshaped(condition, [...condition.shape, ...yes.shape.slice(1).map(() => 1)])
    : condition;
  return combined(call.budget, [aligned, yes, no], (truth, a = 0, b = 0) => (truth ? a : b));
};

/** SparseToDense: one number everywhere, but for those at the listed places. */
const sparseToDense: Fold = (call) => {
  const [places, numbers] = [inputOf(call, 0), inputOf(call, 2)];
  const result = filledWith(call.budget, listAt(call, 1), call.inputs.length > 3 ? numberAt(call, 3) : 0);
  const rank = result.shape.length;
  const depth = places.shape.length > 1 ? (places.shape[1] as number) : rank === 1 ? 1 : places.data.length;
  if (depth !== rank) refuse(`names places by ${depth} numbers in ${formatShape(result.shape)}`);
  for (let i = 0; i * rank < places.data.length; i++) {
    const place = result.shape.reduce((at, extent, axis) => {
      const index = places.data[i * rank + axis] as number;
      if (!(index >= 0 && index < extent)) refuse(`names the place ${index} of ${extent}`);
      return at * extent + index;
    }, 0);
    result.data[place] = (numbers.data.length === 1 ? numbers.data[0] : numbers.data[i]) ?? 0;
  }
  return result;
};

/** Ops by TensorFlow's names; what depends on types (Cast, Div) is the formats' own. */
export const tensorflowFolds: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    Abs: onOne(Math.abs),
    Add: onAll((a = 0, b = 0) => a + b),
    AddN: onAll((...numbers) => numbers.reduce((a, b) => a + b)),
    AddV2: onAll((a = 0, b = 0) => a + b),
    All: reduction({ initial: 1, combine: (a, b) => (a && b ? 1 : 0) }),
    Any: reduction({ initial: 0, combine: (a, b) => (a || b ? 1 : 0) }),
    BroadcastArgs: (call) => listOf(broadcastShape(listAt(call, 0), listAt(call, 1))),
    BroadcastTo: broadcastTo,
    Ceil: onOne(Math.ceil),
    ConcatV2: concatV2,
    Div: onAll((a = 0, b = 0) => a / b),
    Equal: compared((a, b) => a === b),
    Exp: onOne(Math.exp),
    ExpandDims: expandDims,
    Fill: (call) => filledWith(call.budget, listAt(call, 0), numberAt(call, 1)),
    Floor: onOne(Math.floor),
    FloorDiv: onAll((a = 0, b = 0) => Math.floor(a / b)),
    FloorMod: onAll((a = 0, b = 0) => a - b * Math.floor(a / b)),
    GatherV2: gatherV2,
    Greater: compared((a, b) => a > b),
    GreaterEqual: compared((a, b) => a >= b),
    Less: compared((a, b) => a < b),
    LessEqual: compared((a, b) => a <= b),
    Log: onOne(Math.log),
    LogicalAnd: compared((a, b) => a !== 0 && b !== 0),
    LogicalNot: onOne((value) => (value === 0 ? 1 : 0)),
    LogicalOr: compared((a, b) => a !== 0 || b !== 0),
    Max: reduction(reductions.max),
    Maximum: onAll(Math.max),
    Mean: reduction(reductions.sum, (sum, count) => sum / count),
    Min: reduction(reductions.min),
    Minimum: onAll(Math.min),
    Mul: onAll((a = 0, b = 0) => a * b),
    Neg: onOne((value) => -value),
    NotEqual: compared((a, b) => a !== b),
    OnesLike: onOne(() => 1),
    Pack: pack,
    Pad: pad,
    PadV2: pad,
    Pow: onAll((a = 0, b = 0) => a ** b),
    Prod: reduction(reductions.product),
    Range: (call) => range(call.budget, numberAt(call, 0), numberAt(call, 1), numberAt(call, 2)),
    RealDiv: onAll((a = 0, b = 0) => a / b),
    Reciprocal: onOne((value) => 1 / value),
    Reshape: reshape,
    Round: onOne(roundHalfEven),
    Rsqrt: onOne((value) => 1 / Math.sqrt(value)),
    Select: select,
    SelectV2: select,
    Slice: slice,
    SparseToDense: sparseToDense,
    Split: split,
    SplitV: splitV,
    Sqrt: onOne(Math.sqrt),
    Square: onOne((value) => value * value),
    SquaredDifference: onAll((a = 0, b = 0) => (a - b) ** 2),
    Squeeze: squeeze,
    StridedSlice: stridedSlice,
    Sub: onAll((a = 0, b = 0) => a - b),
    Sum: reduction(reductions.sum),
    Tile: (call) => tiled(call.budget, inputOf(call, 0), listAt(call, 1)),
    Transpose: transpose,
    Unpack: unpack,
    Where: where,
    ZerosLike: onOne(() => 0),
  }),
);
