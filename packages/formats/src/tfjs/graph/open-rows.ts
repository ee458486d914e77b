/** @file Ops on tensors whose first dimension only a run tells. */
import { elementCount, filled } from '@sepconv/tensor';
import { isTrue } from '../../composites/choices.js';
import { step } from '../../composites/composer.js';
import { extremesAlongLast } from '../../composites/gathering.js';
import { sum } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import type { NodeValue } from './context.js';
import { isNonMaxSuppression, nonMaxSuppressions, readNonMaxSuppression } from './non-max-suppression.js';
import { gatheredRows, type Open, type OpenCall, type OpenRows } from './open-call.js';
import { boundsOf, computeSizes, isSame, plus, type Size, sizesOrConstant } from './open-sizes.js';
import { nodeReaders } from './registry.js';

type Result = NodeValue | Open;
type OpenReader = (call: OpenCall) => Result | readonly Result[];

const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The op on all the rows that there can be, with other inputs in place of some. */
function onAllRows(call: OpenCall, changed: Readonly<Record<number, NodeValue>> = {}): readonly NodeValue[] {
  const inputs = call.given.map((_, i) => changed[i] ?? call.closed(i));
  const read = nodeReaders.get(call.node.op) ?? refuse('is no op of a graph');
  return [read(call.call(...inputs))].flat();
}

/** The results of an op that leaves rows as they are. */
function asRows(call: OpenCall, results: readonly NodeValue[], count: Size): readonly Result[] {
  return results.map((result) =>
    result.kind === 'value' ? call.result(result.name, count) : refuse('gives a constant'),
  );
}

/** An op that does the same to each row, unless `touches` says that its rows matter. */
const rowByRow =
  (touches: (call: OpenCall, rank: number) => boolean = () => false, at = 0): OpenReader =>
  (call) => {
    const input = call.input(at);
    if (input.kind !== 'rows') return call.refuse();
    if (touches(call, call.c.shape(input.name).length)) return call.refuse();
    return asRows(call, onAllRows(call), input.count);
  };

/** An op on numbers at the same place. */
const elementwise: OpenReader = (call) => {
  const count = call.commonCount();
  const closed = call.given.map((input, i) =>
    input.kind === 'constant' ? input : ({ kind: 'value', name: call.value(i) } as const),
  );
  const shapes = closed.map((input) => (input.kind === 'constant' ? input.shape : call.c.shape(input.name)));
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const open = call.given.flatMap(({ kind }, i) => (kind === 'rows' || kind === 'range' ? [i] : []));
  const capacity = Math.min(...open.map((i) => shapes[i]?.[0] ?? 0));
  const fits = shapes.every((shape, i) =>
    open.includes(i) ? shape.length === rank : shape.length < rank || shape[0] === 1,
  );
  if (!fits) return call.refuse();
  const cut = open.map((i) => [i, { kind: 'value', name: call.cut(call.value(i), 0, capacity) }] as const);
  return asRows(call, onAllRows(call, Object.fromEntries(cut)), count);
};

const namesFirst = (input: number) => (call: OpenCall, rank: number) =>
  call.integers(input).some((axis) => fromFront(axis, rank) === 0);

const attributeNamesFirst =
  (name: string, absent: number, more: 0 | 1 = 0) =>
  (call: OpenCall, rank: number) =>
    fromFront(call.node.integer(name, absent), rank + more) === 0;

/** A reduction, with a number in place of the rows that are not there where it goes over them. */
const reduction =
  (neutral: number | undefined): OpenReader =>
  (call) => {
    const input = call.input(0);
    if (input.kind !== 'rows') return call.refuse();
    if (!namesFirst(1)(call, call.c.shape(input.name).length))
      return asRows(call, onAllRows(call), input.count);
    if (neutral === undefined) return call.refuse();
    return onAllRows(call, { 0: { kind: 'value', name: call.filled(input, neutral) } });
  };

/** Shape, Size and Rank. */
const shapes: OpenReader = (call) => {
  const { name, count } = openInput(call, 0);
  const [, ...rest] = call.c.shape(name);
  if (call.node.op === 'Rank') return call.constant([1 + rest.length], []);
  if (call.node.op === 'Shape') return sizesOrConstant([1 + rest.length], [count, ...rest], call.node.name);
  return sizesOrConstant([], [plus(0, count, elementCount(rest))], call.node.name);
};

function openInput(call: OpenCall, index: number): OpenRows {
  const input = call.input(index);
  if (input.kind === 'range') return call.rowsOf(input);
  return input.kind === 'rows' ? input : call.refuse();
}

/** Whatever has rows, with how many; of known shape or not. */
function rowsAt(call: OpenCall, index: number): { readonly name: string; readonly count: Size } {
  const input = call.input(index);
  if (input.kind === 'rows' || input.kind === 'range') return openInput(call, index);
  const name = call.value(index);
  return { name, count: call.capacity(name) };
}

const gather: OpenReader = (call) => {
  const [data, indices] = [rowsAt(call, 0), call.input(1)];
  const rank = call.c.shape(data.name).length;
  const axis = call.given.length > 2 ? fromFront(call.integers(2)[0] ?? 0, rank) : 0;
  if (call.node.integer('batch_dims', 0) !== 0) return call.refuse();
  if (axis !== 0) return indices.kind === 'rows' ? call.refuse() : asRows(call, onAllRows(call), data.count);
  if (indices.kind === 'range') {
    // There can be no more of them than there are rows.
    if (typeof indices.count !== 'number' && indices.count.offset === 0) {
      const [[number, factor] = [undefined, 0], ...others] = indices.count.terms;
      if (number !== undefined && factor === 1 && others.length === 0)
        number.most = Math.min(number.most, call.capacity(data.name));
    }
    return call.result(data.name, indices.count);
  }
  if (indices.kind !== 'rows') return onAllRows(call);
  return call.result(gatheredRows(call, data.name, indices.name), indices.count);
};

/** Reshape that keeps rows, or makes each several. */
const reshape: OpenReader = (call) => {
  const { name, count } = openInput(call, 0);
  const [capacity = 0, ...row] = call.c.shape(name);
  const [first = 0, ...rest] = call.sizes(1);
  const numbers = rest.map((size) => (typeof size === 'number' ? size : call.refuse()));
  const times = elementCount(row) / elementCount(numbers);
  const wanted = plus(0, count, times);
  const isOpen = first === -1 || isSame(first, wanted);
  if (!isOpen || !Number.isInteger(times) || !numbers.every((size) => size >= 1)) return call.refuse();
  return call.result(call.c.reshaped(name, [capacity * times, ...numbers]), wanted);
};

const squeeze: OpenReader = (call) => {
  const { name, count } = openInput(call, 0);
  const shape = call.c.shape(name);
  const said = call.node.integers(call.node.has('squeeze_dims') ? 'squeeze_dims' : 'axis');
  const axes = said.map((axis) => fromFront(axis, shape.length));
  if (axes.includes(0)) return call.refuse();
  const left = shape.filter(
    (size, axis) => axis === 0 || (axes.length === 0 ? size !== 1 : !axes.includes(axis)),
  );
  return call.result(call.c.reshaped(name, left), count);
};

const fill: OpenReader = (call) => {
  const [count = 1, ...rest] = call.sizes(0);
  const numbers = rest.map((size) => (typeof size === 'number' ? size : call.refuse()));
  const [value = 0] = call.call(call.closed(1)).constant(0, 'the number').data;
  const shape = [Math.max(1, boundsOf(count)[1]), ...numbers];
  call.emitter.budget.checkValue(shape, 'the output');
  call.emitter.budget.charge(4 * elementCount(shape), 'the output');
  return call.result(call.c.constant(filled('float32', shape, value)), count);
};

/** ConcatV2; along the first dimension rows of the second stand behind the last one of the first that is there. */
const concat: OpenReader = (call) => {
  const last = call.given.length - 1;
  const pieces = call.given.slice(0, last).flatMap((input, i) => {
    const isEmpty = input.kind === 'constant' && input.data.length === 0;
    return isEmpty ? [] : [rowsAt(call, i)];
  });
  const [first] = pieces;
  if (first === undefined) return call.refuse();
  const axis = fromFront(call.integers(last)[0] ?? 0, call.c.shape(first.name).length);
  if (axis !== 0) {
    const capacity = Math.min(...pieces.map(({ name }) => call.capacity(name)));
    if (!pieces.every(({ count }) => isSame(count, first.count))) return call.refuse();
    const names = pieces.map(({ name }) => call.cut(name, 0, capacity));
    return call.result(call.c.add(step('concat', names, { axis })), first.count);
  }
  const joined = pieces.reduce((a, b) => {
    const capacity = call.capacity(a.name);
    const all = call.c.add(step('concat', [a.name, b.name], { axis: 0 }));
    const count = plus(a.count, b.count);
    if (typeof a.count === 'number') return { name: all, count };
    const places = call.places(call.capacity(all));
    const isBehind = call.c.plain(
      'sub',
      call.c.number(1),
      call.c.plain('less', places, call.number(a.count)),
    );
    const gap = call.c.plain('mul', isBehind, call.number(plus(capacity, a.count, -1)));
    return { name: gatheredRows(call, all, call.c.plain('add', places, gap)), count };
  });
  return call.result(joined.name, joined.count);
};

/** Pad and PadV2; behind the rows that are there, to as many as there shall be. */
const pad: OpenReader = (call) => {
  const data = rowsAt(call, 0);
  const rank = call.c.shape(data.name).length;
  const [before = 0, after = 0, ...others] = call.sizes(1);
  const rest = others.map((size) => (typeof size === 'number' && size >= 0 ? size : call.refuse()));
  if (typeof before !== 'number' || before < 0 || rest.length !== 2 * rank - 2) return call.refuse();
  const value =
    call.given.length > 2 ? (call.call(call.closed(2)).constant(0, 'the padded number').data[0] ?? 0) : 0;
  const count = plus(plus(data.count, before), after);
  const behind = Math.max(0, boundsOf(count)[1] - before - call.capacity(data.name));
  const side = (offset: 0 | 1, own: number): number[] => [own, ...rest.filter((_, i) => i % 2 === offset)];
  const [starts, ends] = [side(0, before), side(1, behind)];
  const attributes = { before: starts, after: ends, value };
  const wide = [...starts, ...ends].some((amount) => amount > 0);
  const rows = call.filled(data, value);
  return call.result(wide ? call.c.add(step('pad', [rows], attributes)) : rows, count);
};

const slice: OpenReader = (call) => {
  const data = rowsAt(call, 0);
  const [capacity = 0, ...rest] = call.c.shape(data.name);
  const [from = 0, ...starts] = call.integers(1);
  const [said = -1, ...sizes] = call.sizes(2);
  const count = said === -1 ? plus(data.count, from, -1) : said;
  const ends = rest.map((extent, i) => {
    const size = sizes[i] ?? -1;
    if (typeof size !== 'number') return call.refuse();
    return size === -1 ? extent : (starts[i] ?? 0) + size;
  });
  const attributes = {
    starts: [from, ...rest.map((_, i) => starts[i] ?? 0)],
    ends: [capacity, ...ends],
    steps: [1, ...rest.map(() => 1)],
  };
  return call.result(call.c.add(step('slice', [data.name], attributes)), count);
};

/** StridedSlice of rows as they are, from one of them on, or up to one of them. */
const stridedSlice: OpenReader = (call) => {
  const data = rowsAt(call, 0);
  const mask = (name: string): number => call.node.integer(`${name}_mask`, 0);
  const [begin, end] = [call.sizes(1), call.sizes(2)];
  const steps = call.given.length > 3 ? call.integers(3) : begin.map(() => 1);
  const [from = 0, to = 0] = [mask('begin') & 1 ? 0 : begin[0], mask('end') & 1 ? data.count : end[0]];
  const isPlain = mask('ellipsis') === 0 && (mask('new_axis') & 1) === 0 && steps[0] === 1;
  if (!isPlain || typeof from !== 'number' || from < 0) return call.refuse();
  const known = (sizes: readonly Size[], first: number): NodeValue =>
    call.constant([
      first,
      ...sizes.slice(1).map((size) => (typeof size === 'number' ? size : call.refuse())),
    ]);
  const isOne = (mask('shrink_axis') & 1) !== 0;
  if (!isOne && typeof to === 'number' && to < 0) return call.refuse();
  const last = isOne ? from + 1 : call.capacity(data.name);
  const all = { kind: 'value', name: data.name } as const;
  const results = onAllRows(call, { 0: all, 1: known(begin, from), 2: known(end, last) });
  return isOne ? results : asRows(call, results, plus(to, from, -1));
};

const topK: OpenReader = (call) => {
  const data = rowsAt(call, 0);
  const shape = call.c.shape(data.name);
  const [count = 1] = call.given.length > 1 ? call.sizes(1) : [call.node.integer('k', 1)];
  if (shape.length > 1) return typeof count === 'number' ? rowByRow()(call) : call.refuse();
  const most = Math.min(shape[0] as number, Math.max(1, boundsOf(count)[1]));
  const { positions, numbers } = extremesAlongLast(call.c, call.filled(data, -Infinity), most);
  const place = call.c.add(positions);
  return [call.c.add(numbers(place)), place].map((name) => call.result(name, count));
};

/** Where: the positions of what is not 0, in order. */
const where: OpenReader = (call) => {
  const data = rowsAt(call, 0);
  const { c } = call;
  const there = c.add(isTrue(c, call.filled(data, 0)));
  const shape = c.shape(there);
  const size = elementCount(shape);
  const flat = c.reshaped(there, [size]);
  const places = c.add(step('top-k', [flat], { count: size }));
  call.emitter.budget.charge(4 * size * shape.length, 'positions');
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const rows = Array.from({ length: size * shape.length }, (_, i) => {
    const axis = i % shape.length;
    return Math.floor(Math.floor(i / shape.length) / (strides[axis] as number)) % (shape[axis] as number);
  });
  const table = c.constant({
    dtype: 'float32',
    shape: [size, shape.length],
    data: Float32Array.from(rows),
  } as never);
  const number = { value: c.add(sum(c, flat, [0], true)), most: size };
  return call.result(gatheredRows(call, table, places), { terms: new Map([[number, 1]]), offset: 0 });
};

/** Range from 0 on in steps of 1. */
const range: OpenReader = (call) => {
  const [start, , step] = [0, 1, 2].map((i) => call.input(i));
  const isNumber = (input: typeof start, value: number): boolean =>
    input?.kind === 'constant' && input.data[0] === value;
  if (!isNumber(start, 0) || !isNumber(step, 1))
    refuse('counts by numbers that the network computes; from 0 on in steps of 1 is supported');
  const limit = call.input(1);
  const count =
    limit.kind === 'sizes'
      ? (limit.data[0] as Size)
      : { terms: new Map([[{ value: call.value(1), most: Infinity }, 1]]), offset: 0 };
  return { kind: 'range', name: call.node.name, count };
};

const unaryOps =
  'Abs BiasAdd Cast Ceil ClipByValue Cos Elu Erf Exp Expm1 Floor Identity LeakyRelu Log Log1p LogicalNot Neg Prelu Reciprocal Relu Relu6 Round Rsqrt Selu Sigmoid Sign Sin Softplus Sqrt Square StopGradient Tanh ZerosLike';
const binaryOps =
  'Add AddN AddV2 Atan2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mod Mul NotEqual Pow RealDiv Select SelectV2 SquaredDifference Sub TruncateMod';

const isVector = (_: OpenCall, rank: number): boolean => rank < 2;

/** Readers of ops on open rows. */
const openReaders: ReadonlyMap<string, OpenReader> = new Map<string, OpenReader>([
  ...unaryOps.split(' ').map((op) => [op, rowByRow()] as const),
  ...binaryOps.split(' ').map((op) => [op, elementwise] as const),
  ...['ArgMax', 'ArgMin'].map((op) => [op, rowByRow(namesFirst(1))] as const),
  ...['Softmax', 'LogSoftmax'].map((op) => [op, rowByRow(isVector)] as const),
  ['All', reduction(undefined)],
  ['Any', reduction(0)],
  ['ConcatV2', concat],
  ['ExpandDims', rowByRow((call, rank) => fromFront(call.integers(1)[0] ?? 0, rank + 1) === 0)],
  ['Fill', fill],
  ['Gather', gather],
  ['GatherV2', gather],
  ['MatMul', rowByRow((call) => call.node.boolean('transpose_a') || call.input(1).kind === 'rows')],
  ['Max', reduction(-Infinity)],
  ['Mean', reduction(undefined)],
  ['Min', reduction(Infinity)],
  ...nonMaxSuppressions.map((op) => [op, readNonMaxSuppression] as const),
  ['OneHot', rowByRow(attributeNamesFirst('axis', -1, 1))],
  ['Pad', pad],
  ['PadV2', pad],
  ['Prod', reduction(1)],
  ['Range', range],
  ['Rank', shapes],
  ['Reshape', reshape],
  ['Shape', shapes],
  ['Size', shapes],
  ['Slice', slice],
  ['Split', rowByRow(namesFirst(0), 1)],
  ['SplitV', rowByRow(namesFirst(2))],
  ['Squeeze', squeeze],
  ['StridedSlice', stridedSlice],
  ['Sum', reduction(0)],
  ['TopKV2', topK],
  ['Transpose', rowByRow((call) => call.integers(1)[0] !== 0)],
  ['Unpack', rowByRow(attributeNamesFirst('axis', 0))],
  ['Where', where],
]);

/** Ops that open a dimension, whatever they read. */
export const opensRows = (op: string): boolean => op === 'Where' || isNonMaxSuppression(op);

const isOpen = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'rows' || kind === 'range' || kind === 'sizes';

/** What a node gives that reads, or opens, a dimension that only a run tells; `undefined` where it does neither. */
export function readOpen(call: OpenCall): readonly Result[] | undefined {
  const { node, given, emitter } = call;
  const isRange = node.op === 'Range' && given.some(({ kind }) => kind !== 'constant');
  if (!given.some(isOpen) && !opensRows(node.op) && !isRange) return undefined;
  const sizes = given.flatMap((value) =>
    value.kind === 'sizes' || value.kind === 'constant' ? [value] : [],
  );
  if (sizes.length === given.length && !isRange) {
    const computed = computeSizes(node, sizes, emitter);
    if (computed !== undefined) return computed;
  }
  const read = openReaders.get(node.op);
  const hasRows = given.some(({ kind }) => kind === 'rows' || kind === 'range');
  const takesSizes = ['Fill', 'Pad', 'PadV2', 'Slice', 'StridedSlice', 'TopKV2'].includes(node.op);
  if (read !== undefined && (hasRows || takesSizes || isRange || opensRows(node.op)))
    return [read(call)].flat();
  if (hasRows) return call.refuse();
  // As numbers that the network computes.
  return onAllRows(call);
}
