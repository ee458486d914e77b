/** @file Movements that are a few ops of the graph. */
import { elementCount, filled, formatShape, type Shape, zeros } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import type { Part } from '../fold/known.js';
import { type Composer, type Step, step } from './composer.js';

/** The named part of every dimension. */
export function parts(value: string, taken: readonly Part[]): Step<'slice'> {
  const empty = taken.findIndex(({ count }) => !(count >= 1));
  if (empty >= 0) refuse(`takes nothing of dimension ${empty}, which is not supported`);
  return step('slice', [value], {
    starts: taken.map(({ start }) => start),
    // The place behind the last position: one further in the direction of the step.
    ends: taken.map(({ start, step, count }) => start + (count - 1) * step + Math.sign(step)),
    steps: taken.map(({ step }) => step),
  });
}

const whole = (shape: Shape): Part[] => shape.map((count) => ({ start: 0, step: 1, count }));

/** One dimension, taken from `start` on in a direction. */
const along = (c: Composer, value: string, axis: number, part: Part): Step =>
  parts(value, whole(c.shape(value)).with(axis, part));

/** Some dimensions in the other direction. */
export function reversed(c: Composer, value: string, axes: readonly number[]): Step {
  return parts(
    value,
    c
      .shape(value)
      .map((count, axis) =>
        axes.includes(axis) ? { start: count - 1, step: -1, count } : { start: 0, step: 1, count },
      ),
  );
}

/** Values of one shape, joined along a new dimension. */
export function packed(c: Composer, values: readonly string[], axis: number): Step {
  const shape = c.shape(values[0] as string);
  const wide = shape.toSpliced(axis, 0, 1);
  return step(
    'concat',
    values.map((value) => c.reshaped(value, wide)),
    { axis },
  );
}

/** Each index of a dimension by itself, without that dimension. */
export function unpacked(c: Composer, value: string, axis: number): Step[] {
  const shape = c.shape(value);
  return Array.from({ length: shape[axis] as number }, (_, start) => {
    const one = c.add(along(c, value, axis, { start, step: 1, count: 1 }));
    return step('reshape', [one], { shape: shape.toSpliced(axis, 1) });
  });
}

/** The value stretched to a shape, by NumPy's rule: times ones. */
export const stretched = (c: Composer, value: string, shape: Shape): Step =>
  step('mul', [
    value,
    c.constant(
      filled(
        'float32',
        // Where the value has all elements, a 1 does.
        shape.map((size, axis) => {
          const own = c.shape(value);
          return own[axis - shape.length + own.length] === size ? 1 : size;
        }),
        1,
      ),
    ),
  ]);

/** With zeros for rows, along the first dimension, that are missing. */
export function stretchedRows(c: Composer, value: string, count: number): string {
  const [rows = 0, ...rest] = c.shape(value);
  if (rows === count) return value;
  return c.add(step('concat', [value, c.constant(zeros('float32', [count - rows, ...rest]))], { axis: 0 }));
}

/** Each dimension so many times over: repetitions are dimensions of their own, until all is stretched. */
export function tiled(c: Composer, value: string, repeats: readonly number[]): Step {
  const shape = c.shape(value);
  if (repeats.length !== shape.length || !repeats.every((count) => count >= 1)) {
    refuse(
      `repeats ${formatShape(shape)} ${repeats.join(', ')} times; one number of at least 1 for each dimension is needed`,
    );
  }
  const split = shape.flatMap((size, axis) => ((repeats[axis] as number) > 1 ? [1, size] : [size]));
  const wide = shape.flatMap((size, axis) => {
    const count = repeats[axis] as number;
    return count > 1 ? [count, size] : [size];
  });
  const all = c.add(stretched(c, c.reshaped(value, split), wide));
  return step('reshape', [all], { shape: shape.map((size, axis) => size * (repeats[axis] as number)) });
}

/** How a dimension goes on beyond its ends: mirrored about the last element, or about its edge. */
export type Mirror = 'reflect' | 'symmetric';

/** One dimension continued by what it has itself. */
function mirroredAlong(
  c: Composer,
  value: string,
  axis: number,
  [before, after]: readonly [number, number],
  mirror: Mirror,
): string {
  const size = c.shape(value)[axis] as number;
  const skipped = mirror === 'reflect' ? 1 : 0;
  if (!(before <= size - skipped && after <= size - skipped)) {
    refuse(`continues ${size} elements by ${before} and ${after}, which has only ${size - skipped}`);
  }
  const part = (start: number, count: number): string[] =>
    count === 0 ? [] : [c.add(along(c, value, axis, { start, step: -1, count }))];
  const front = part(before - 1 + skipped, before);
  return c.add(step('concat', [...front, value, ...part(size - 1 - skipped, after)], { axis }));
}

/** A border of what lies inside, mirrored. */
export function mirrored(
  c: Composer,
  value: string,
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
  mirror: Mirror,
): Step {
  const bordered = before.reduce((current, front, axis) => {
    const back = after[axis] as number;
    return front + back === 0 ? current : mirroredAlong(c, current, axis, [front, back], mirror);
  }, value);
  return step('reshape', [bordered], { shape: [...c.shape(bordered)] });
}

/**
 * Blocks of pixels as channels, `[N, H, W, C]` to `[N, H/b, W/b, b·b·C]`: pixel `[y, x]` of a block becomes the channels from
 * `(y·b + x)·C` on.
 */
export function spaceToDepth(c: Composer, value: string, block: number): Step {
  const shape = c.shape(value);
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || !(block >= 1) || height % block !== 0 || width % block !== 0) {
    refuse(
      `makes channels of blocks of ${block}×${block} pixels of ${formatShape(shape)}, which must be an image [N, H, W, C] of whole blocks`,
    );
  }
  const [rows, columns] = [height / block, width / block];
  const split = c.reshaped(value, [batch * rows, block, columns, block * channels]);
  const turned = c.add(step('transpose', [split], { permutation: [0, 2, 1, 3] }));
  return step('reshape', [turned], { shape: [batch, rows, columns, block * block * channels] });
}

/**
 * Channels as blocks of pixels, of which each channel that is left has all of its own one after the other (ONNX's CRD):
 * `[N, H, W, C·b·b]` to `[N, H·b, W·b, C]`.
 */
export function depthToSpaceByChannel(c: Composer, value: string, block: number): Step {
  const shape = c.shape(value);
  const [batch = 0, height = 0, width = 0, depth = 0] = shape;
  const channels = depth / (block * block);
  if (shape.length !== 4 || !(block >= 1) || !Number.isInteger(channels)) {
    refuse(
      `makes blocks of ${block}×${block} pixels of the channels of ${formatShape(shape)}, which must be an image [N, H, W, C] with a multiple of ${block * block} channels`,
    );
  }
  const split = c.reshaped(value, [batch * height, width, channels, block, block]);
  const turned = c.add(step('transpose', [split], { permutation: [0, 3, 1, 4, 2] }));
  return step('reshape', [turned], { shape: [batch, height * block, width * block, channels] });
}

/** A product of matrices of which either may be turned; leading dimensions are stretched by NumPy's rule. */
export function matrixProduct(
  c: Composer,
  [a, b]: readonly [string, string],
  turn: readonly [boolean, boolean],
): Step {
  const matrices = [a, b].map((value, i) => {
    const rank = c.shape(value).length;
    if (rank < 2) refuse(`multiplies ${formatShape(c.shape(value))}, which is no matrix`);
    if (turn[i] !== true) return value;
    const permutation = c.shape(value).map((_, axis) => axis);
    return c.add(
      step('transpose', [value], { permutation: [...permutation.slice(0, -2), rank - 1, rank - 2] }),
    );
  });
  const rank = Math.max(...matrices.map((value) => c.shape(value).length));
  const leading = matrices.map((value) => {
    const own = c.shape(value).slice(0, -2);
    return [...new Array<number>(rank - 2 - own.length).fill(1), ...own];
  }) as [number[], number[]];
  const batch = leading[0].map((size, axis) => (size === 1 ? (leading[1][axis] as number) : size));
  const [first, second] = matrices.map((value, i) => {
    const own = leading[i] as number[];
    const matrix = c.shape(value).slice(-2);
    const wide = c.shape(value).length === rank ? value : c.reshaped(value, [...own, ...matrix]);
    // One matrix for all is no need to be written out.
    if (own.join() === batch.join() || elementCount(own) === 1) return wide;
    return c.add(stretched(c, wide, [...batch, ...matrix]));
  }) as [string, string];
  return step('matmul', [first, second], {});
}
