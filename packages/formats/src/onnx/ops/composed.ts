/** @file ONNX operators that are a few ops of the graph. */
import { elementCount, formatShape, reshapeTensor } from '@sepconv/tensor';
import { angle, floorRemainder, sumOf, truncatedRemainder } from '../../composites/arithmetic.js';
import {
  both,
  choice,
  comparisons,
  either,
  indexOfExtreme,
  isTrue,
  not,
  sign,
} from '../../composites/choices.js';
import { type Composer, type Step, step } from '../../composites/composer.js';
import { cumulativeSum } from '../../composites/cumulative.js';
import { depthToSpaceByChannel, spaceToDepth, tiled } from '../../composites/movements.js';
import { localResponse, logSoftmax, standardized } from '../../composites/normalizations.js';
import {
  euclidean,
  logSum,
  logSumExp,
  product,
  type Reduction,
  smallest,
  sumOfSizes,
  sumOfSquares,
} from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import { depthToSpace } from '../../tensorflow-shapes.js';
import type { NodeContext } from '../context.js';
import { channelsLast, type Order, shapeOf, type Value } from '../layout.js';
import { composer, last, onAll, type Reader, reducedAxes } from './composing.js';

/** A reader of an operator that maps each number by itself, wherever it lies. */
const onOne =
  (make: (c: Composer, x: string, context: NodeContext) => Step): Reader =>
  (context) => {
    const value = context.value(0);
    return { ...value, name: last(context, make(composer(context), value.name, context)) };
  };

const onTwo = (make: (c: Composer, a: string, b: string, context: NodeContext) => Step): Reader =>
  onAll((c, [a = '', b = ''], context) => make(c, a, b, context));

/** A value without its dimensions of 1 at these axes. */
const without = (value: Value, axes: readonly number[]): Value => ({
  ...value,
  dimensions: value.dimensions.filter((_, axis) => !axes.includes(axis)),
});

/** A reader of an operator that leaves one number of what lies along some dimensions. */
const along =
  (
    axesFor: (context: NodeContext) => readonly number[],
    make: (c: Composer, name: string, axes: readonly number[], context: NodeContext) => Step,
  ): Reader =>
  (context) => {
    const value = context.value(0);
    const axes = axesFor(context);
    if (axes.length === 0) return value;
    const { name, order } = context.ordered(value);
    const inGraph = axes.map((axis) => order.indexOf(axis));
    const reduced = context.result(last(context, make(composer(context), name, inGraph, context)), order);
    return context.integerAttribute('keepdims', 1) === 0 ? without(reduced, axes) : reduced;
  };

const reduction = (reduce: Reduction): Reader =>
  along(reducedAxes, (c, name, axes) => reduce(c, name, axes, true));

const extreme = (side: 'max' | 'min'): Reader =>
  along(
    (context) => [context.axis(context.integerAttribute('axis', 0), context.shape(0).length)],
    (c, name, [axis = 0], context) => {
      const isLast = context.integerAttribute('select_last_index', 0) !== 0;
      return indexOfExtreme(c, name, axis, { side, keeps: true, last: isLast });
    },
  );

/** LogSoftmax: along one dimension since operator set 13, and before along all from `axis` on. */
function readLogSoftmax(context: NodeContext): Value {
  const found = context.value(0);
  const rank = context.shape(0).length;
  const isOld = context.opset < 13;
  const axis = context.axis(context.integerAttribute('axis', isOld ? 1 : -1), rank);
  if (!isOld || axis === rank - 1) {
    const { name, order } = context.ordered(found);
    return context.result(last(context, logSoftmax(composer(context), name, order.indexOf(axis))), order);
  }
  const value = context.natural(found);
  const shape = shapeOf(value);
  const rows = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
  const flat = context.reshaped(value.name, rows);
  return { ...value, name: last(context, logSoftmax(composer(context), flat, 1)) };
}

/** A constant of one number for each channel, as it stands beside images whose dimensions stand in this order. */
function perChannel(context: NodeContext, input: number, channels: number, order: Order): string {
  const numbers = context.tensor(input, input === 1 ? 'the scale' : 'the shift');
  if (numbers.data.length !== channels)
    refuse(`needs ${channels} numbers at input ${input}, but has ${numbers.data.length}`);
  const behind = order.length - 1 - order.indexOf(1);
  const shape = [channels, ...new Array<number>(behind).fill(1)];
  return context.parameter(context.node.inputs[input] as string, reshapeTensor(numbers, shape), 'constant');
}

const scaled = (c: Composer, value: string, scale: string, shift: string): Step =>
  step('add', [c.plain('mul', value, scale), shift]);

/** InstanceNormalization: every channel of every image by itself. */
function readInstanceNorm(context: NodeContext): Value {
  const { name, order } = context.ordered(context.value(0));
  const shape = context.shape(0);
  if (shape.length < 3) refuse(`normalizes images, but its input is ${formatShape(shape)}`);
  const c = composer(context);
  const axes = order.flatMap((axis, i) => (axis >= 2 ? [i] : []));
  const normalized = c.add(standardized(c, name, axes, context.floatAttribute('epsilon', 1e-5)));
  const [scale, shift] = [1, 2].map((input) => perChannel(context, input, shape[1] as number, order));
  return context.result(last(context, scaled(c, normalized, scale as string, shift as string)), order);
}

/** MeanVarianceNormalization along the named dimensions. */
const readMeanVarianceNorm: Reader = (context) => {
  const { name, order } = context.ordered(context.value(0));
  const axes = (context.integersAttribute('axes') ?? [0, 2, 3]).map((axis) =>
    context.axis(axis, order.length),
  );
  const inGraph = axes.map((axis) => order.indexOf(axis));
  return context.result(last(context, standardized(composer(context), name, inGraph, 1e-9)), order);
};

/** The value with its channels, the second dimension, last in memory, which `make` is given. */
const onChannelsLast =
  (make: (c: Composer, name: string, context: NodeContext) => Step): Reader =>
  (context) => {
    const rank = context.shape(0).length;
    if (rank < 3) refuse(`needs an image, but its input is ${formatShape(context.shape(0))}`);
    const order = channelsLast(rank);
    const name = context.inOrder(context.value(0), order);
    return context.result(last(context, make(composer(context), name, context)), order);
  };

const lrn = onChannelsLast((c, name, context) => {
  const size = context.integerAttribute('size', 0);
  if (!(size >= 1)) refuse(`normalizes by ${size} channels`);
  return localResponse(c, name, {
    before: Math.floor((size - 1) / 2),
    after: Math.ceil((size - 1) / 2),
    bias: context.floatAttribute('bias', 1),
    alpha: context.floatAttribute('alpha', Math.fround(1e-4)) / size,
    beta: context.floatAttribute('beta', 0.75),
  });
});

/** DepthToSpace: pixels of a block stand before the channels that are left (DCR), or behind each of them (CRD). */
const readDepthToSpace = onChannelsLast((c, name, context) => {
  const block = context.integerAttribute('blocksize', 0);
  const mode = context.stringAttribute('mode', 'DCR');
  if (mode === 'CRD') return depthToSpaceByChannel(c, name, block);
  if (mode !== 'DCR') refuse(`has the mode ${JSON.stringify(mode.slice(0, 40))}; DCR and CRD can be read`);
  const { split, permutation, joined } = depthToSpace(c.shape(name), block);
  const turned = c.add(step('transpose', [c.reshaped(name, split)], { permutation }));
  return step('reshape', [turned], { shape: joined });
});

/** Tile: each dimension so many times over. */
const readTile: Reader = (context) => {
  const { name, order } = context.ordered(context.value(0));
  const repeats = context.integerList(1, 'the repetitions') ?? [];
  if (repeats.length !== order.length)
    refuse(`repeats ${order.length} dimensions, but has ${repeats.length} numbers`);
  const inGraph = order.map((axis) => repeats[axis] as number);
  return context.result(last(context, tiled(composer(context), name, inGraph)), order);
};

/** Shrink: what is nearer to 0 than λ is 0, and the rest is moved towards 0 by the bias. */
const shrink = onOne((c, x, context) => {
  const [lambda, bias] = [context.floatAttribute('lambd', 0.5), context.floatAttribute('bias', 0)];
  const below = c.plain('mask', c.plain('add', x, c.number(bias)), c.plain('less', x, c.number(-lambda)));
  const above = c.plain('mask', c.plain('sub', x, c.number(bias)), c.plain('less', c.number(lambda), x));
  return step('add', [below, above]);
});

/** Celu: `max(0, x) + min(0, α · (e^(x/α) − 1))`, which is α times ELU of x/α. */
const celu = onOne((c, x, context) => {
  const alpha = context.floatAttribute('alpha', 1);
  const bent = c.add(step('elu', [c.plain('mul', x, c.number(1 / alpha))], { alpha: 1 }));
  return step('mul', [bent, c.number(alpha)]);
});

/** The other side of the triangle that has x beside the longest one of 1: NaN where x is longer. */
const otherSide = (c: Composer, x: string): string =>
  c.plain('sqrt', c.plain('mul', c.plain('sub', c.number(1), x), c.plain('add', c.number(1), x)));

/** CumSum along a dimension that a constant names. */
const readCumSum: Reader = (context) => {
  const { name, order } = context.ordered(context.value(0));
  const [said = 0] = context.integerList(1, 'the axis') ?? [];
  const axis = order.indexOf(context.axis(said, order.length));
  const result = cumulativeSum(composer(context), name, axis, {
    exclusive: context.integerAttribute('exclusive', 0) !== 0,
    reverse: context.integerAttribute('reverse', 0) !== 0,
  });
  return context.result(last(context, result), order);
};

const sumOfAll = onAll((c, names) => sumOf(c, names as [string, ...string[]]));

/** Readers by ONNX's name of the operator. */
export const composedReaders = {
  Acos: onOne((c, x) => angle(c, otherSide(c, x), x)),
  And: onTwo(both),
  ArgMax: extreme('max'),
  ArgMin: extreme('min'),
  Asin: onOne((c, x) => angle(c, x, otherSide(c, x))),
  Atan: onOne((c, x) => angle(c, x, c.number(1))),
  Celu: celu,
  CumSum: readCumSum,
  DepthToSpace: readDepthToSpace,
  Equal: onTwo(comparisons['=']),
  Greater: onTwo(comparisons['>']),
  GreaterOrEqual: onTwo(comparisons['≥']),
  InstanceNormalization: readInstanceNorm,
  IsNaN: onOne((c, x) => not(c, c.plain('equal', x, x))),
  LRN: lrn,
  Less: onTwo(comparisons['<']),
  LessOrEqual: onTwo(comparisons['≤']),
  LogSoftmax: readLogSoftmax,
  Mean: onAll((c, names) =>
    step('mul', [c.add(sumOf(c, names as [string, ...string[]])), c.number(1 / names.length)]),
  ),
  MeanVarianceNormalization: readMeanVarianceNorm,
  Mish: onOne((c, x) => step('mul', [x, c.plain('tanh', c.plain('softplus', x))])),
  Mod: onTwo((c, a, b, context) =>
    (context.integerAttribute('fmod', 0) === 0 ? floorRemainder : truncatedRemainder)(c, a, b),
  ),
  Not: onOne(not),
  Or: onTwo(either),
  ReduceL1: reduction(sumOfSizes),
  ReduceL2: reduction(euclidean),
  ReduceLogSum: reduction(logSum),
  ReduceLogSumExp: reduction(logSumExp),
  ReduceMin: reduction(smallest),
  ReduceProd: reduction(product),
  ReduceSumSquare: reduction(sumOfSquares),
  Shrink: shrink,
  Sign: onOne(sign),
  Softsign: onOne((c, x) => step('div', [x, c.plain('add', c.plain('abs', x), c.number(1))])),
  SpaceToDepth: onChannelsLast((c, name, context) =>
    spaceToDepth(c, name, context.integerAttribute('blocksize', 0)),
  ),
  Sum: sumOfAll,
  Tan: onOne((c, x) => step('div', [c.plain('sin', x), c.plain('cos', x)])),
  ThresholdedRelu: onOne((c, x, context) =>
    step('mask', [x, c.plain('less', c.number(context.floatAttribute('alpha', 1)), x)]),
  ),
  Tile: readTile,
  Where: onAll((c, [condition = '', then = '', otherwise = '']) => choice(c, condition, then, otherwise)),
  Xor: onTwo((c, a, b) => comparisons['≠'](c, c.add(isTrue(c, a)), c.add(isTrue(c, b)))),
} satisfies Readonly<Record<string, Reader>>;
