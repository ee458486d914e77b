/**
 * @file Shape classes. Vector kernels work in tiles of 4, 8 or 16 channels, so the channel counts that matter are those
 * equal to a tile, divisible by it, below it and just above it; the names are XNNPACK's.
 */

import {
  dilatedExtent,
  type HeightWidth,
  type Padding,
  samePadding,
  type WindowAttributes,
} from '@sepconv/graph';
import fc from 'fast-check';

/** Arbitraries by the name of their class. */
export type Classes<T> = Readonly<Record<string, fc.Arbitrary<T>>>;

const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];

/** A small prime, up to `most`. */
export const prime = (most: number): fc.Arbitrary<number> =>
  fc.constantFrom(...primes.filter((value) => value <= most));

/** A size from `least` to `most`. */
export const upTo = (most: number, least = 1): fc.Arbitrary<number> => fc.integer({ min: least, max: most });

/** Channel counts by class, `<prefix>_eq_8` and so on. */
export function channelClasses(prefix: string): Classes<number> {
  const classes: Record<string, fc.Arbitrary<number>> = {
    [`${prefix}_one`]: fc.constant(1),
    [`${prefix}_not_div_4`]: fc
      .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 3 }))
      .map(([tiles, rest]) => 4 * tiles + rest),
  };
  for (const tile of [4, 8, 16]) {
    classes[`${prefix}_eq_${tile}`] = fc.constant(tile);
    classes[`${prefix}_div_${tile}`] = fc.integer({ min: 2, max: 5 }).map((tiles) => tile * tiles);
    classes[`${prefix}_lt_${tile}`] = fc.integer({ min: 1, max: tile - 1 });
    classes[`${prefix}_gt_${tile}`] = fc.integer({ min: tile + 1, max: 2 * tile - 1 });
  }
  return classes;
}

/** Where a window slides. */
export interface Geometry extends WindowAttributes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly window: HeightWidth;
}

/** Channels of a convolution. */
export interface Channels {
  readonly groups: number;
  /** Per group. */
  readonly inputs: number;
  /** Per group. */
  readonly outputs: number;
}

/** The attributes of a window among a geometry. */
export function windowAttributes({ strides, dilations, padding }: Geometry): WindowAttributes {
  return { strides, dilations, padding };
}

const one = fc.constant(1);
const both = (value: fc.Arbitrary<number>): fc.Arbitrary<HeightWidth> => fc.tuple(value, value);

const paddingUpTo = (most: number): fc.Arbitrary<Padding> =>
  fc.record({
    top: fc.nat(most),
    bottom: fc.nat(most),
    left: fc.nat(most),
    right: fc.nat(most),
  });

const noPaddingSpec = paddingUpTo(0);

/** Enlarges the image until the window fits into it with its padding. */
function fitted(geometry: Geometry): Geometry {
  const { window, dilations, padding } = geometry;
  const height = dilatedExtent(window[0], dilations[0]) - padding.top - padding.bottom;
  const width = dilatedExtent(window[1], dilations[1]) - padding.left - padding.right;
  return {
    ...geometry,
    height: Math.max(geometry.height, height),
    width: Math.max(geometry.width, width),
  };
}

/** A 3×3 window on a small image with one pixel of padding, but for what is said otherwise. */
function geometry(parts: { readonly [Key in keyof Geometry]?: fc.Arbitrary<Geometry[Key]> } = {}) {
  return fc
    .record({
      batch: parts.batch ?? one,
      height: parts.height ?? upTo(6),
      width: parts.width ?? upTo(6),
      window: parts.window ?? fc.constant<HeightWidth>([3, 3]),
      strides: parts.strides ?? both(one),
      dilations: parts.dilations ?? both(one),
      padding: parts.padding ?? fc.constant<Padding>({ top: 1, bottom: 1, left: 1, right: 1 }),
    })
    .map(fitted);
}

/** A small image under a 3×3 or a 5×5 window: the geometry of classes that are about channels. */
export const plainGeometry = geometry({ window: fc.constantFrom<HeightWidth>([3, 3], [5, 5], [2, 3]) });

/** TensorFlow's SAME padding for a geometry, as MobileNets have it. */
const same = (value: fc.Arbitrary<Geometry>): fc.Arbitrary<Geometry> =>
  value.map((g) => ({ ...g, padding: samePadding([g.height, g.width], g.window, g.strides, g.dilations) }));

/** Windows by class: what may go wrong at borders, strides and gaps. */
export const geometryClasses: Classes<Geometry> = {
  image_1x1: geometry({
    height: one,
    width: one,
    window: fc.constantFrom<HeightWidth>([1, 1], [3, 3]),
    padding: paddingUpTo(2),
  }),
  window_square: geometry({
    window: upTo(7).map((size): HeightWidth => [size, size]),
    padding: paddingUpTo(3),
  }),
  window_row: geometry({ window: upTo(9).map((size): HeightWidth => [1, size]), padding: paddingUpTo(2) }),
  window_column: geometry({ window: upTo(9).map((size): HeightWidth => [size, 1]), padding: paddingUpTo(2) }),
  window_large: geometry({
    window: fc.constantFrom<HeightWidth>([9, 9], [1, 31], [31, 1], [15, 8], [31, 31]),
    padding: paddingUpTo(15),
  }),
  padding_none: geometry({ padding: noPaddingSpec, height: upTo(9), width: upTo(9) }),
  // Up to three pixels around a window of three: some windows lie wholly in the padding.
  padding_asymmetric: geometry({ padding: paddingUpTo(3) }),
  stride: geometry({ strides: both(upTo(3)), window: both(upTo(4)), height: upTo(9), width: upTo(9) }),
  same_stride: same(
    geometry({
      strides: both(upTo(2, 2)),
      window: fc.constantFrom<HeightWidth>([3, 3], [5, 5]),
      height: upTo(10),
      width: upTo(10),
      padding: noPaddingSpec,
    }),
  ),
  dilation: geometry({ dilations: both(upTo(3)), padding: paddingUpTo(4), window: both(upTo(4)) }),
  dilation_stride: geometry({
    dilations: both(upTo(3, 2)),
    strides: both(upTo(3)),
    padding: paddingUpTo(4),
    height: upTo(12),
    width: upTo(12),
  }),
  batch: geometry({ batch: upTo(4, 2), strides: both(upTo(2)) }),
  width_prime: geometry({ height: prime(7), width: prime(31), strides: both(upTo(2)) }),
};

/** Shapes by class for ops that look at each element alone; the last dimension is the one a kernel tiles. */
export const elementwiseClasses: Classes<readonly number[]> = {
  ...Object.fromEntries(
    Object.entries(channelClasses('c')).map(([name, channels]) => [
      name,
      fc.tuple(one, upTo(3), upTo(4), channels).map((shape): readonly number[] => shape),
    ]),
  ),
  batch: fc.tuple(upTo(4, 2), upTo(3), upTo(3), upTo(9)),
  width_prime: fc.tuple(one, prime(7), prime(31), upTo(5)),
  rows: fc.tuple(upTo(3), upTo(40)),
};

/** The same classes with each value passed through `map`, and one more parameter drawn beside it. */
export function mapClasses<T, Extra, Result>(
  classes: Classes<T>,
  extra: fc.Arbitrary<Extra>,
  map: (value: T, extra: Extra) => Result,
): Classes<Result> {
  return Object.fromEntries(
    Object.entries(classes).map(([name, value]) => [
      name,
      fc.tuple(value, extra).map(([drawn, beside]) => map(drawn, beside)),
    ]),
  );
}
