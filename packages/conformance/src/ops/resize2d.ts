import { type AttributesOf, type HeightWidth, resizeTaps } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import fc from 'fast-check';
import { inputCase } from '../case.ts';
import {
  boundTensor,
  type FloatTensor,
  firstInfinite,
  inflation,
  reachOf,
  smallestSubnormal,
  unitRoundoff,
} from '../floats.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { Bound, ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';

type Attributes = AttributesOf['resize2d'];
type ResizeTaps = ReturnType<typeof resizeTaps>;
type Image = readonly [batch: number, height: number, width: number];

const sizes = fc.tuple(upTo(9), upTo(9));
const images = fc.tuple(upTo(2), upTo(6), upTo(6));
const named = fc.constantFrom<Attributes['coordinates']>(
  'half-pixel',
  'half-pixel-symmetric',
  'pytorch-half-pixel',
  'align-corners',
  'asymmetric',
);
const roundings = fc.constantFrom<NonNullable<Attributes['rounding']>>(
  'round-prefer-floor',
  'round-prefer-ceil',
  'floor',
  'ceil',
);

function build(image: Image, channels: number, attributes: Attributes, values: Values): ConformanceCase {
  return inputCase('resize2d', attributes, [...image, channels], values);
}

const nearest = fc.record({
  size: sizes,
  mode: fc.constant<'nearest'>('nearest'),
  coordinates: named,
  rounding: roundings,
});
const linear = fc.record({ size: sizes, mode: fc.constant<'linear'>('linear'), coordinates: named });
const cubic = fc.record({
  size: sizes,
  mode: fc.constant<'cubic'>('cubic'),
  coordinates: named,
  cubicCoefficient: fc.constantFrom(-0.75, -0.5),
  excludeOutside: fc.boolean(),
});
const antialiased = fc.record({
  size: fc.tuple(upTo(4), upTo(4)),
  mode: fc.constantFrom<'linear' | 'cubic'>('linear', 'cubic'),
  coordinates: fc.constant<Attributes['coordinates']>('half-pixel'),
  antialias: fc.constant(true),
  excludeOutside: fc.boolean(),
});
const affine = fc.record({
  size: sizes,
  mode: fc.constantFrom<Attributes['mode']>('nearest', 'linear'),
  coordinates: fc.constant<Attributes['coordinates']>('affine'),
  start: fc.constantFrom<HeightWidth>([0, 0.5], [-1.25, 1], [0.25, -3]),
  step: fc.constantFrom<HeightWidth>([1, 0.5], [0.3, 1.5], [-0.5, 0]),
});
const any: fc.Arbitrary<Attributes> = fc.oneof(nearest, linear);

const someChannels = fc.constantFrom(1, 3, 4, 5, 8, 24);
const byMode = mapClasses(
  {
    nearest,
    linear,
    cubic,
    affine,
    // As detectors and segmentation networks enlarge their maps.
    doubling: fc
      .tuple(fc.constantFrom<Attributes['mode']>('nearest', 'linear'), named)
      .map(([mode, coordinates]): Attributes => ({ size: [0, 0], mode, coordinates })),
    one_axis: linear.map((attributes): Attributes => ({ ...attributes, size: [-1, attributes.size[1]] })),
    same_size: any.map((attributes): Attributes => ({ ...attributes, size: [-1, -1] })),
  } as Readonly<Record<string, fc.Arbitrary<Attributes>>>,
  fc.tuple(images, someChannels, linearValues),
  (attributes, [image, channels, values]) => {
    // 0 stands for twice the input, −1 for the input's size.
    const sizeOf = (axis: 0 | 1): number => {
      const wanted = attributes.size[axis];
      return wanted > 0 ? wanted : image[axis + 1]! * (wanted === 0 ? 2 : 1);
    };
    return build(image, channels, { ...attributes, size: [sizeOf(0), sizeOf(1)] }, values);
  },
);
const shrunk = fc
  .tuple(fc.tuple(upTo(2), upTo(40), upTo(40)), upTo(5), antialiased, linearValues)
  .map((drawn) => build(...drawn));
/** A scale of its own: the size is its product with the input's, rounded down. */
const scaled = fc
  .tuple(images, upTo(5), any, fc.constantFrom(0.6, 1.3, 2.5), linearValues)
  .map(([image, channels, attributes, scale, values]) => {
    const scales = [1, 2].map((axis) => (image[axis]! * scale >= 1 ? scale : 1)) as [number, number];
    const size = scales.map((own, axis) => Math.floor(own * image[axis + 1]!)) as [number, number];
    return build(image, channels, { ...attributes, size, scales }, values);
  });
const byChannels = mapClasses(channelClasses('c'), fc.tuple(images, any, linearValues), (channels, drawn) =>
  build(drawn[0], channels, drawn[1], drawn[2]),
);
const special = fc
  .tuple(images, someChannels, fc.oneof(nearest, linear, cubic), specialValues)
  .map((drawn) => build(...drawn));

/** For each output element the sum of `of` over the inputs that it takes, each times the magnitude of its weight. */
function sumShares(
  [rows, columns]: readonly [rows: ResizeTaps, columns: ResizeTaps],
  [, inputHeight = 1, inputWidth = 1, channels = 1]: readonly number[],
  of: { readonly data: ArrayLike<number> },
  length: number,
): Float64Array {
  const sums = new Float64Array(length);
  sums.forEach((_, index) => {
    const pixel = Math.floor(index / channels);
    const row = Math.floor(pixel / columns.length);
    const image = Math.floor(row / rows.length);
    for (const i of rows[row % rows.length]!) {
      for (const j of columns[pixel % columns.length]!) {
        const source =
          ((image * inputHeight + i.index) * inputWidth + j.index) * channels + (index % channels);
        sums[index] = sums[index]! + Math.abs(i.weight * j.weight) * of.data[source]!;
      }
    }
  });
  return sums;
}

/** Takes every position as it is. */
const identity = (length: number): ResizeTaps => Array.from({ length }, (_, index) => [{ index, weight: 1 }]);

/**
 * Infinity or NaN where a sum along one axis, the first of the two, may overflow although the share of it that the other axis
 * takes would fit: weights of cubic interpolation are larger than 1 and smaller than 0.
 */
function spilledOnTheWay(
  [rows, columns]: readonly [rows: ResizeTaps, columns: ResizeTaps],
  [batch = 1, height = 1, width = 1, channels = 1]: readonly number[],
  reach: FloatTensor,
): Float64Array {
  const length = batch * rows.length * columns.length * channels;
  const spilled = (sums: Float64Array) => ({
    data: sums.map((sum) => (sum >= firstInfinite ? Infinity : 0)),
  });
  const mixedRows = sumShares(
    [rows, identity(width)],
    [batch, height, width, channels],
    reach,
    batch * rows.length * width * channels,
  );
  const mixedColumns = sumShares(
    [identity(height), columns],
    [batch, height, width, channels],
    reach,
    batch * height * columns.length * channels,
  );
  const byRows = sumShares(
    [identity(rows.length), columns],
    [batch, rows.length, width, channels],
    spilled(mixedRows),
    length,
  );
  const byColumns = sumShares(
    [rows, identity(columns.length)],
    [batch, height, columns.length, channels],
    spilled(mixedColumns),
    length,
  );
  return byRows.map((sum, index) => sum + byColumns[index]!);
}

/**
 * Two sums of so many terms, or one of their product, in any order: `(k_y · k_x + k_y + k_x + 3) · u · Σ|w|·(|x| + ε)`, of which
 * one rounding of each weight and the oracle's store; and `Σ|w|·ε`. Nothing is rounded where every weight is 1.
 */
const bound: Bound<'resize2d'> = ({ node, inputs, errors, output }) => {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const tapsOf = (axis: 0 | 1): ResizeTaps => resizeTaps(node.attributes, axis, input.shape[axis + 1]!);
  const taps = [tapsOf(0), tapsOf(1)] as const;
  const isExact = taps.flat(2).every(({ weight }) => weight === 1);
  const [vertical = 1, horizontal = 1] = taps.map((positions) =>
    Math.max(...positions.map(({ length }) => length)),
  );
  const roundings = isExact ? 0 : vertical * horizontal + vertical + horizontal + 3;
  const length = elementCount(output.shape);
  const reach = reachOf(input, error);
  const magnitude = sumShares(taps, input.shape, reach, length);
  const spilled = spilledOnTheWay(taps, input.shape, reach);
  const moved = sumShares(taps, input.shape, error, length);
  return boundTensor(output.shape, (index) =>
    spilled[index] === 0
      ? (roundings * unitRoundoff * magnitude[index]! + moved[index]!) * inflation +
        2 * roundings * smallestSubnormal
      : Infinity,
  );
};

/** See {@link bound}. */
export const resize2d: OpConformance<'resize2d'> = {
  classes: { ...byMode, shrunk, scaled, ...byChannels, special_values: special },
  bound,
};
