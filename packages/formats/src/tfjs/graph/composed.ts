/** @file TensorFlow ops that are a few ops of the graph. */
import type { UnaryOpName } from '@sepconv/graph';
import {
  angle,
  floorDivision,
  floorRemainder,
  reciprocal,
  reciprocalRoot,
  square,
  squaredDifference,
  sumOf,
  truncatedRemainder,
} from '../../composites/arithmetic.js';
import {
  both,
  choice,
  comparisons,
  either,
  indexOfExtreme,
  isTrue,
  not,
  oneHot,
  quotientOrZero,
  sign,
} from '../../composites/choices.js';
import { Composer, type Host, type Step, step } from '../../composites/composer.js';
import { extremesAlongLast, gatheredAt, gatheredNd } from '../../composites/gathering.js';
import {
  matrixProduct,
  mirrored,
  packed,
  reversed,
  spaceToDepth,
  stretched,
  tiled,
  unpacked,
} from '../../composites/movements.js';
import { localResponse, logSoftmax } from '../../composites/normalizations.js';
import { largest, mean, product, type Reduction, smallest, sum } from '../../composites/reductions.js';
import { batchToSpace, spaceToBatch } from '../../composites/space-to-batch.js';
import { type StridedSlice, stridedSlice } from '../../composites/strided-slice.js';
import { quote, refuse } from '../../errors.js';
import { paddingAmounts } from '../../tensorflow-shapes.js';
import type { NodeCall, NodeValue } from './context.js';

type Reader = (call: NodeCall) => NodeValue;

/** Appends the nodes that an op becomes; they are named after it. */
function composer({ emitter, name }: NodeCall): Composer {
  const host: Host = {
    helper: (op, inputs, attributes) => emitter.node(op, inputs, attributes, `${name}/${op}`),
    constant: (tensor) => emitter.parameter(`${name}/constant`, tensor, 'constant'),
    shape: (value) => emitter.shapeOf(value),
  };
  return new Composer(host);
}

const last = (call: NodeCall, { op, inputs, attributes }: Step): NodeValue =>
  call.emit(op, inputs, attributes as never);

/** A reader of an op that a composite makes. */
const composed =
  (make: (c: Composer, call: NodeCall) => Step): Reader =>
  (call) =>
    last(call, make(composer(call), call));

type OnOne = (c: Composer, a: string) => Step;
type OnTwo = (c: Composer, a: string, b: string) => Step;
const onOne = (make: OnOne): Reader => composed((c, call) => make(c, call.value(0)));
const onTwo = (make: OnTwo): Reader => composed((c, call) => make(c, call.value(0), call.value(1)));

/** The dimensions that an input names, counted from the front; all where it names none. */
function namedAxes(call: NodeCall, index: number): number[] {
  const rank = call.shape(0).length;
  return [...new Set(call.integers(index, 'the axes').map((axis) => call.axis(axis, rank)))];
}

/** A reduction; along no dimension it is the value itself. */
const reduction =
  (reduce: Reduction): Reader =>
  (call) => {
    const axes = namedAxes(call, 1);
    if (axes.length === 0) return call.input(0);
    return last(call, reduce(composer(call), call.value(0), axes, call.node.boolean('keep_dims')));
  };

const extreme = (side: 'max' | 'min'): Reader =>
  composed((c, call) => {
    const [said = 0] = call.integers(1, 'the axis');
    const axis = call.axis(said, call.shape(0).length);
    return indexOfExtreme(c, call.value(0), axis, { side, keeps: false });
  });

/** Select has a condition of the values' shape, or one number for each index of the first dimension. */
const select = composed((c, call) => {
  const [condition, rank] = [call.value(0), call.shape(1).length];
  const shape = c.shape(condition);
  const isByRow = shape.length === 1 && rank > 1 && call.node.op === 'Select';
  const wide = isByRow
    ? c.reshaped(condition, [...shape, ...new Array<number>(rank - 1).fill(1)])
    : condition;
  return choice(c, wide, call.value(1), call.value(2));
});

const mirrorPad = composed((c, call) => {
  const amounts = paddingAmounts(call.integers(1, 'the amounts of padding'), call.shape(0));
  const mode = call.node.text('mode', 'REFLECT').toLowerCase();
  if (mode !== 'reflect' && mode !== 'symmetric')
    refuse(`pads by ${quote(mode)}; REFLECT and SYMMETRIC can be read`);
  return mirrored(c, call.value(0), amounts, mode);
});

const matMul = composed((c, call) => {
  const isTurned = (name: 'x' | 'y'): boolean => call.node.boolean(`adj_${name}`);
  return matrixProduct(c, [call.value(0), call.value(1)], [isTurned('x'), isTurned('y')]);
});

const inBlocks = (move: typeof spaceToBatch): Reader =>
  composed((c, call) =>
    move(c, call.value(0), call.integers(1, 'the block'), call.integers(2, 'the amounts at its edges')),
  );

/** The lists and masks of a StridedSlice. */
function readStrided(call: NodeCall): StridedSlice {
  const mask = (name: string): number => call.node.integer(`${name}_mask`, 0);
  return {
    begin: call.integers(1, 'the begin'),
    end: call.integers(2, 'the end'),
    strides: call.inputs.length > 3 ? call.integers(3, 'the steps') : [],
    beginMask: mask('begin'),
    endMask: mask('end'),
    ellipsisMask: mask('ellipsis'),
    newAxisMask: mask('new_axis'),
    shrinkAxisMask: mask('shrink_axis'),
  };
}

/** StridedSlice. */
const readStridedSlice = composed((c, call) => stridedSlice(c, call.value(0), readStrided(call)));

/** Pack. */
const readPack = composed((c, call) => {
  const axis = call.axis(call.node.integer('axis', 0), call.shape(0).length + 1);
  return packed(
    c,
    call.inputs.map((_, i) => call.value(i)),
    axis,
  );
});

/** Unpack: one value for each index; outputs behind the first are called `name:1`, as in the file. */
function readUnpack(call: NodeCall): NodeValue[] {
  const axis = call.axis(call.node.integer('axis', 0), call.shape(0).length);
  return unpacked(composer(call), call.value(0), axis).map(({ op, inputs, attributes }, k) => {
    const name = k === 0 ? call.name : `${call.name}:${k}`;
    return { kind: 'value', name: call.emitter.node(op, inputs, attributes, name) };
  });
}

const lrn = composed((c, call) => {
  const radius = call.node.integer('depth_radius', 5);
  const [bias, alpha, beta] = [
    call.node.number('bias', 1),
    call.node.number('alpha', 1),
    call.node.number('beta', 0.5),
  ];
  return localResponse(c, call.value(0), { before: radius, after: radius, bias, alpha, beta });
});

const readOneHot = composed((c, call) => {
  const number = (index: number): number => call.constant(index, `input ${index}`).data[0] ?? 0;
  const axis = call.axis(call.node.integer('axis', -1), call.shape(0).length + 1);
  return oneHot(c, call.value(0), { depth: number(1), axis, on: number(2), off: number(3) });
});

const realTypes: ReadonlySet<string> = new Set(['DT_FLOAT', 'DT_HALF', 'DT_BFLOAT16', 'DT_DOUBLE']);

/** Cast of what the network computes to a type of integers: numbers are cut, unless they were integers before. */
export const readCastOfValue = (call: NodeCall): NodeValue => {
  const [from, to] = [call.node.type('SrcT'), call.node.type('DstT')];
  if (to === 'DT_BOOL') return last(call, isTrue(composer(call), call.value(0)));
  return from === '' || realTypes.has(from) ? call.emit('trunc', [call.value(0)], {}) : call.input(0);
};

const rounded = (op: UnaryOpName): Reader => onOne((_, a) => step(op as 'floor', [a]));

/** Gather and GatherV2: elements along a dimension, at constant or computed positions. */
const gather = composed((c, call) => {
  const shape = call.shape(0);
  const [said = 0] = call.inputs.length > 2 ? call.integers(2, 'the axis') : [0];
  const axis = call.axis(said, shape.length);
  const batch = call.node.integer('batch_dims', 0);
  const indices = call.input(1);
  if (indices.kind === 'constant' && batch === 0) return gatheredAt(c, call.value(0), axis, indices);
  return step('gather', [call.value(0), call.value(1)], { axis, batch });
});

/** TopK and TopKV2: the largest numbers and, as `name:1`, their positions. */
function readTopK(call: NodeCall): NodeValue[] {
  const [count = 0] = call.inputs.length > 1 ? call.integers(1, 'how many') : [call.node.integer('k', 1)];
  const { positions, numbers } = extremesAlongLast(composer(call), call.value(0), count);
  const [op, inputs, attributes] = [positions.op, positions.inputs, positions.attributes];
  const name = call.emitter.node(op, inputs, attributes as never, `${call.name}:1`);
  return [last(call, numbers(name)), { kind: 'value', name }];
}

/** Readers by TensorFlow's name of the op. */
export const composedReaders = {
  AddN: composed((c, call) => sumOf(c, call.inputs.map((_, i) => call.value(i)) as [string, ...string[]])),
  All: reduction((c, value, axes, keeps) => smallest(c, c.add(isTrue(c, value)), axes, keeps)),
  Any: reduction((c, value, axes, keeps) => largest(c, c.add(isTrue(c, value)), axes, keeps)),
  ArgMax: extreme('max'),
  ArgMin: extreme('min'),
  Atan2: onTwo(angle),
  BatchMatMul: matMul,
  BatchMatMulV2: matMul,
  BatchToSpaceND: inBlocks(batchToSpace),
  BroadcastTo: composed((c, call) => stretched(c, call.value(0), call.integers(1, 'the shape'))),
  Ceil: rounded('ceil'),
  DivNoNan: onTwo(quotientOrZero),
  Equal: onTwo(comparisons['=']),
  Expm1: onOne((c, a) => step('sub', [c.plain('exp', a), c.number(1)])),
  Floor: rounded('floor'),
  FloorDiv: onTwo(floorDivision),
  FloorMod: onTwo(floorRemainder),
  Gather: gather,
  GatherNd: composed((c, call) => gatheredNd(c, call.value(0), call.value(1), 0)),
  GatherV2: gather,
  Greater: onTwo(comparisons['>']),
  GreaterEqual: onTwo(comparisons['≥']),
  Less: onTwo(comparisons['<']),
  LessEqual: onTwo(comparisons['≤']),
  Log1p: onOne((c, a) => step('log', [c.plain('add', a, c.number(1))])),
  LogicalAnd: onTwo(both),
  LogicalNot: onOne(not),
  LogicalOr: onTwo(either),
  LogSoftmax: composed((c, call) => logSoftmax(c, call.value(0), call.shape(0).length - 1)),
  LRN: lrn,
  Max: reduction(largest),
  Mean: reduction(mean),
  Min: reduction(smallest),
  MirrorPad: mirrorPad,
  Mod: onTwo(floorRemainder),
  NotEqual: onTwo(comparisons['≠']),
  OneHot: readOneHot,
  Pack: readPack,
  Prod: reduction(product),
  Reciprocal: onOne(reciprocal),
  Reverse: composed((c, call) => {
    const flags = call.constant(1, 'which dimensions are reversed').data;
    return reversed(
      c,
      call.value(0),
      [...flags.keys()].filter((axis) => flags[axis] !== 0),
    );
  }),
  ReverseV2: composed((c, call) => reversed(c, call.value(0), namedAxes(call, 1))),
  Round: rounded('round'),
  Rsqrt: onOne(reciprocalRoot),
  Select: select,
  SelectV2: select,
  Sign: onOne(sign),
  SpaceToBatchND: inBlocks(spaceToBatch),
  SpaceToDepth: composed((c, call) => {
    call.expectChannelsLast();
    return spaceToDepth(c, call.value(0), call.node.integer('block_size', 1));
  }),
  Square: onOne(square),
  SquaredDifference: onTwo(squaredDifference),
  StridedSlice: readStridedSlice,
  Sum: reduction(sum),
  Tile: composed((c, call) => tiled(c, call.value(0), call.integers(1, 'the repetitions'))),
  TopK: readTopK,
  TopKV2: readTopK,
  TruncateMod: onTwo(truncatedRemainder),
  Unpack: readUnpack,
  ZerosLike: composed((c, call) => step('mask', [call.value(0), c.number(0)])),
} satisfies Readonly<Record<string, (call: NodeCall) => NodeValue | NodeValue[]>>;
