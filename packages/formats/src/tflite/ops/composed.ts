/** @file TFLite operators that are a few ops of the graph. */
import type { UnaryOpName } from '@sepconv/graph';
import { elementCount, filled, formatShape } from '@sepconv/tensor';
import {
  angle,
  floorDivision,
  floorRemainder,
  reciprocalRoot,
  square,
  squaredDifference,
  sumOf,
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
  sign,
} from '../../composites/choices.js';
import { type Composer, type Step, step } from '../../composites/composer.js';
import { cumulativeSum } from '../../composites/cumulative.js';
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
import { localResponse, logSoftmax, unitLength } from '../../composites/normalizations.js';
import { largest, mean, product, type Reduction, smallest, sum } from '../../composites/reductions.js';
import {
  computedPlaces,
  flatPlaces,
  scatteredAtComputed,
  scatteredRows,
} from '../../composites/scattering.js';
import { stridedSlice } from '../../composites/strided-slice.js';
import { refuse } from '../../errors.js';
import type { Interval } from '../../range.js';
import { paddingAmounts } from '../../tensorflow-shapes.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext, OperatorResult } from '../context.js';
import type { ElementType, TfliteQuantization } from '../model.js';
import { divideByConstant } from './arithmetic.js';

type Reader = (context: OperatorContext) => OperatorResult;

const last = (
  context: OperatorContext,
  { op, inputs, attributes }: Step,
  more: Pick<NodeResult, 'range' | 'activation'> = {},
): NodeResult => context.node(op, inputs, attributes as never, more);

/** A reader of an operator that a composite makes; `activation` is the schema's number of options that have a fused one. */
const composed =
  (make: (c: Composer, context: OperatorContext) => Step, activation?: number): Reader =>
  (context) => {
    const fused =
      activation === undefined ? 0 : context.options(activation).int8(0, 'fused_activation_function');
    return last(context, make(composerOf(context), context), { activation: fused });
  };

type OnOne = (c: Composer, a: string) => Step;
type OnTwo = (c: Composer, a: string, b: string) => Step;
const onOne = (make: OnOne): Reader => composed((c, context) => make(c, context.value(0)));
const onTwo = (make: OnTwo, activation?: number): Reader =>
  composed((c, context) => make(c, context.value(0), context.value(1)), activation);
const plain =
  (op: UnaryOpName, range?: Interval): Reader =>
  (context) =>
    context.node(op as 'abs', [context.value(0)], {}, range === undefined ? {} : { range });

/** A dimension counted from the front. */
function fromFront(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  return front >= 0 && front < rank ? front : refuse(`names dimension ${axis} of ${rank}`);
}

/** The dimensions that an input names, each once. */
function namedAxes(context: OperatorContext, input: number): number[] {
  const rank = context.shape(0).length;
  return [...new Set(context.integers(input, 'the axes').map((axis) => fromFront(axis, rank)))];
}

/** A reduction; along no dimension it is the value itself. */
const reduction =
  (reduce: Reduction): Reader =>
  (context) => {
    const axes = namedAxes(context, 1);
    if (axes.length === 0) return { kind: 'same' };
    const keeps = context.options(27).boolean(0, 'keep_dims');
    const range = reduce === mean || reduce === largest || reduce === smallest ? context.range(0) : undefined;
    const result = reduce(composerOf(context), context.value(0), axes, keeps);
    return last(context, result, range === undefined ? {} : { range });
  };

const extreme = (side: 'max' | 'min'): Reader =>
  composed((c, context) => {
    const [axis = 0] = namedAxes(context, 1);
    return indexOfExtreme(c, context.value(0), axis, { side, keeps: false });
  });

/** SELECT has a condition of the values' shape, or one number for each index of the first dimension. */
const select = (isByRow: boolean): Reader =>
  composed((c, context) => {
    const [condition, rank] = [context.value(0), context.shape(1).length];
    const shape = c.shape(condition);
    const isColumn = isByRow && shape.length === 1 && rank > 1;
    const wide = isColumn
      ? c.reshaped(condition, [...shape, ...new Array<number>(rank - 1).fill(1)])
      : condition;
    return choice(c, wide, context.value(1), context.value(2));
  });

const isWhole = (type: ElementType): boolean => !type.startsWith('float') && type !== 'bfloat16';

/** DIV; of integers the quotient is cut. */
const divide: Reader = (context) => {
  const { type, quantization } = context.tensor(0);
  const isCut = isWhole(type) && quantization === undefined;
  if (!isCut && context.isConstant(1)) return divideByConstant(context);
  return quotient(isCut)(context);
};

const quotient = (isCut: boolean): Reader =>
  composed((c, context) => {
    const found = step('div', [context.value(0), context.value(1)]);
    return isCut ? step('trunc', [c.add(found)]) : found;
  }, 29);

/** Bytes are cast as they are stored, whatever they stand for. */
function storedIntegers(context: OperatorContext, { scale, zeroPoint }: TfliteQuantization): NodeResult {
  const c = composerOf(context);
  const steps = c.plain('div', context.value(0), c.number(scale[0] as number));
  const rounded = c.add(step('round', [steps]));
  return context.node('add', [rounded, c.number(zeroPoint[0] as number)], {});
}

/** CAST: what were real numbers is cut to integers. */
const cast: Reader = (context) => {
  const [from, to] = [context.tensor(0).type, context.output.type];
  if (to === 'bool') return last(context, isTrue(composerOf(context), context.value(0)));
  const { quantization } = context.tensor(0);
  if (quantization?.scale.length === 1 && isWhole(to)) return storedIntegers(context, quantization);
  return isWhole(to) && !isWhole(from) ? context.node('trunc', [context.value(0)], {}) : { kind: 'same' };
};

const pack = composed((c, context) => {
  const axis = fromFront(context.options(59).int32(1, 'axis'), context.shape(0).length + 1);
  return packed(
    c,
    context.operator.inputs.map((_, input) => context.value(input)),
    axis,
  );
});

const unpack = (context: OperatorContext): NodeResult[] => {
  const axis = fromFront(context.options(64).int32(1, 'axis'), context.shape(0).length);
  return unpacked(composerOf(context), context.value(0), axis).map((one) =>
    last(context, one, { range: context.range(0) }),
  );
};

const mirrorPad = composed((c, context) => {
  const amounts = paddingAmounts(context.integers(1, 'the amounts of padding'), context.shape(0));
  const mirror = context.options(77).int8(0, 'mode') === 0 ? 'reflect' : 'symmetric';
  return mirrored(c, context.value(0), amounts, mirror);
});

/** BATCH_MATMUL; by one constant matrix it is a dense layer. */
const matMul = composed((c, context) => {
  const options = context.options(101);
  const turn = [options.boolean(0, 'adj_x'), options.boolean(1, 'adj_y')] as const;
  const [shape, other] = [context.shape(0), context.shape(1)];
  const isLayer =
    context.isConstant(1) && !turn[0] && other.length >= 2 && elementCount(other.slice(0, -2)) === 1;
  if (!isLayer || other.length > shape.length)
    return matrixProduct(c, [context.value(0), context.value(1)], turn);
  const stored = context.constant(1, 'the matrix');
  const matrix = { ...stored, shape: other.slice(-2) };
  const weight = turn[1] ? context.transposed(matrix, [1, 0]) : matrix;
  const [depth = 0, columns = 0] = weight.shape;
  const name = context.parameter(`${context.layer}/weight`, weight, 'weight');
  const rows = c.reshaped(context.value(0), [elementCount(shape) / depth, depth]);
  return step('reshape', [c.add(step('dense', [rows, name], {}))], {
    shape: [...shape.slice(0, -1), columns],
  });
});

/** STRIDED_SLICE. */
export const readStridedSlice: Reader = (context) => {
  const options = context.options(32);
  const [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] = [
    'begin_mask',
    'end_mask',
    'ellipsis_mask',
    'new_axis_mask',
    'shrink_axis_mask',
  ].map((name, slot) => options.int32(slot, name)) as [number, number, number, number, number];
  const [begin, end, strides] = [1, 2, 3].map((input) => context.integers(input, 'a list of positions')) as [
    number[],
    number[],
    number[],
  ];
  const slice = { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask };
  const result = stridedSlice(composerOf(context), context.value(0), slice);
  return last(context, result, { range: context.range(0) });
};

const readOneHot = composed((c, context) => {
  const number = (input: number): number => context.constant(input, `input ${input}`).data[0] ?? 0;
  const rank = context.shape(0).length + 1;
  const axis = fromFront(context.options(61).int32(0, 'axis'), rank);
  return oneHot(c, context.value(0), { depth: number(1), axis, on: number(2), off: number(3) });
});

const lrn = composed((c, context) => {
  const options = context.options(13);
  const radius = options.int32(0, 'radius');
  const [bias, alpha, beta] = ['bias', 'alpha', 'beta'].map((name, i) => options.float32(i + 1, name)) as [
    number,
    number,
    number,
  ];
  return localResponse(c, context.value(0), { before: radius, after: radius, bias, alpha, beta });
});

/** GATHER: elements along a dimension, at constant or computed positions. */
const gather = composed((c, context) => {
  const options = context.options(23);
  const axis = fromFront(options.int32(0, 'axis'), context.shape(0).length);
  const batch = options.int32(1, 'batch_dims');
  if (context.isConstant(1) && batch === 0)
    return gatheredAt(c, context.value(0), axis, context.constant(1, 'the indices'));
  return step('gather', [context.value(0), context.value(1)], { axis, batch });
});

/** TOPK_V2: the largest numbers along the last dimension, and their positions. */
const topK = (context: OperatorContext): NodeResult[] => {
  const [count = 0] = context.integers(1, 'how many');
  const { positions, numbers } = extremesAlongLast(composerOf(context), context.value(0), count);
  const place = composerOf(context).add(positions);
  const { shape } = context.state.builder.typeOf(place);
  return [
    last(context, numbers(place), { range: context.range(0) }),
    context.node('reshape', [place], { shape }),
  ];
};

/** DYNAMIC_UPDATE_SLICE at a constant corner, which is moved so that the update fits: the update in place of what was there. */
const dynamicUpdateSlice = composed((c, context) => {
  const [whole, part] = [context.shape(0), context.shape(1)];
  const said = context.integers(2, 'the corner');
  if (part.length !== whole.length || part.some((extent, axis) => extent > (whole[axis] as number)))
    refuse(`puts ${formatShape(part)} into ${formatShape(whole)}`);
  const before = whole.map((extent, axis) =>
    Math.max(0, Math.min(said[axis] ?? 0, extent - (part[axis] as number))),
  );
  const after = whole.map((extent, axis) => extent - (before[axis] as number) - (part[axis] as number));
  const hole = c.constant(filled('float32', part, 1));
  const isThere = c.add(step('pad', [hole], { before, after, value: 0 }));
  const kept = c.plain('mask', context.value(0), c.plain('equal', isThere, c.number(0)));
  return step('add', [kept, c.add(step('pad', [context.value(1)], { before, after, value: 0 }))]);
});

/** SCATTER_ND: rows at indices of the first dimensions, added up where they have one place. */
const scatterNd = composed((c, context) => {
  const [places, shape] = [context.shape(0), context.integers(2, 'the shape')];
  const depth = places.at(-1) ?? 0;
  const [outer, inner] = [shape.slice(0, depth), elementCount(shape.slice(depth))];
  const rows = elementCount(places) / depth;
  if (!(depth >= 1 && depth <= shape.length) || elementCount(context.shape(1)) !== rows * inner)
    refuse(
      `puts ${formatShape(context.shape(1))} at indices ${formatShape(places)} of ${formatShape(shape)}, which do not fit`,
    );
  context.state.budget.checkValue(shape, 'the result');
  const updates = c.reshaped(context.value(1), [rows, inner]);
  const count = elementCount(outer);
  const all = context.isConstant(0)
    ? scatteredRows(c, count, flatPlaces(context.constant(0, 'the indices').data, outer), updates)
    : scatteredAtComputed(
        c,
        count,
        computedPlaces(c, c.reshaped(context.value(0), [rows, depth]), outer),
        updates,
      );
  return step('reshape', [all], { shape });
});

const cumulative = composed((c, context) => {
  const [axis = 0] = namedAxes(context, 1);
  const options = context.options(102);
  return cumulativeSum(c, context.value(0), axis, {
    exclusive: options.boolean(0, 'exclusive'),
    reverse: options.boolean(1, 'reverse'),
  });
});

const sizes = { min: 0, max: Infinity };

/** Readers by TFLite's name of the operator. */
export const composedReaders = {
  ABS: plain('abs', sizes),
  ADD_N: composed((c, context) =>
    sumOf(c, context.operator.inputs.map((_, input) => context.value(input)) as [string, ...string[]]),
  ),
  ARG_MAX: extreme('max'),
  ARG_MIN: extreme('min'),
  ATAN2: onTwo(angle),
  BATCH_MATMUL: matMul,
  BROADCAST_TO: composed((c, context) => stretched(c, context.value(0), context.integers(1, 'the shape'))),
  CAST: cast,
  CEIL: plain('ceil'),
  CUMSUM: cumulative,
  COS: plain('cos', { min: -1, max: 1 }),
  // A constant that is stored sparsely has all of its elements when it is read.
  DENSIFY: () => ({ kind: 'same' }),
  DIV: divide,
  DYNAMIC_UPDATE_SLICE: dynamicUpdateSlice,
  EQUAL: onTwo(comparisons['=']),
  EXP: plain('exp', sizes),
  FLOOR: plain('floor'),
  FLOOR_DIV: onTwo(floorDivision),
  FLOOR_MOD: onTwo(floorRemainder),
  GATHER: gather,
  GATHER_ND: composed((c, context) => gatheredNd(c, context.value(0), context.value(1), 0)),
  GREATER: onTwo(comparisons['>']),
  GREATER_EQUAL: onTwo(comparisons['≥']),
  L2_NORMALIZATION: composed((c, context) => {
    const rank = context.shape(0).length;
    return unitLength(c, context.value(0), [rank - 1], 1e-12);
  }, 12),
  LESS: onTwo(comparisons['<']),
  LESS_EQUAL: onTwo(comparisons['≤']),
  LOCAL_RESPONSE_NORMALIZATION: lrn,
  LOG: plain('log'),
  LOG_SOFTMAX: composed((c, context) => logSoftmax(c, context.value(0), context.shape(0).length - 1)),
  LOGICAL_AND: onTwo(both),
  LOGICAL_NOT: onOne(not),
  LOGICAL_OR: onTwo(either),
  MEAN: reduction(mean),
  MIRROR_PAD: mirrorPad,
  NEG: plain('neg'),
  NOT_EQUAL: onTwo(comparisons['≠']),
  ONE_HOT: readOneHot,
  PACK: pack,
  POW: onTwo((_, a, b) => step('pow', [a, b])),
  REDUCE_ALL: reduction(smallest),
  REDUCE_ANY: reduction(largest),
  REDUCE_MAX: reduction(largest),
  REDUCE_MIN: reduction(smallest),
  REDUCE_PROD: reduction(product),
  REVERSE_V2: composed((c, context) => reversed(c, context.value(0), namedAxes(context, 1))),
  ROUND: plain('round'),
  RSQRT: onOne(reciprocalRoot),
  SCATTER_ND: scatterNd,
  SELECT: select(true),
  SELECT_V2: select(false),
  SIGN: onOne(sign),
  SIN: plain('sin', { min: -1, max: 1 }),
  SPACE_TO_DEPTH: composed((c, context) =>
    spaceToDepth(c, context.value(0), context.options(19).int32(0, 'block_size')),
  ),
  SQRT: plain('sqrt', sizes),
  SQUARE: onOne(square),
  SQUARED_DIFFERENCE: onTwo(squaredDifference),
  STRIDED_SLICE: readStridedSlice,
  SUM: reduction(sum),
  TILE: composed((c, context) => tiled(c, context.value(0), context.integers(1, 'the repetitions'))),
  TOPK_V2: topK,
  UNPACK: unpack,
  ZEROS_LIKE: composed((c, context) => step('mask', [context.value(0), c.number(0)])),
} satisfies Readonly<Record<string, (context: OperatorContext) => OperatorResult | NodeResult[]>>;
