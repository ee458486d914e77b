/** @file TensorFlow's ways of saying shapes, which TFLite and TF.js take over. */
import type { AttributesOf } from '@sepconv/graph';
import { elementCount, formatShape, type Shape } from '@sepconv/tensor';
import { refuse } from './errors.js';

/** The wanted shape with −1 filled in, so that the elements fit. */
export function completeShape(wanted: readonly number[], from: Shape): number[] {
  const known = elementCount(wanted.filter((dimension) => dimension !== -1));
  return wanted.map((dimension) => (dimension === -1 ? elementCount(from) / known : dimension));
}

/** The amounts of a padding, which stand as `[rank, 2]`, before and after each dimension. */
export function paddingAmounts(
  amounts: readonly number[],
  shape: Shape,
): { readonly before: number[]; readonly after: number[] } {
  if (amounts.length !== 2 * shape.length) {
    refuse(`needs 2 amounts for each dimension of ${formatShape(shape)}, but has ${amounts.length}`);
  }
  const negative = amounts.find((amount) => amount < 0);
  if (negative !== undefined) refuse(`pads by ${negative}; amounts of at least 0 can be read`);
  return {
    before: shape.map((_, axis) => amounts[2 * axis] as number),
    after: shape.map((_, axis) => amounts[2 * axis + 1] as number),
  };
}

/** The lengths of a SplitV, of which one may be −1, the rest of the dimension. */
export function completeLengths(stated: readonly number[], extent: number): number[] {
  const known = stated.filter((length) => length !== -1).reduce((sum, length) => sum + length, 0);
  return stated.map((length) => (length === -1 ? extent - known : length));
}

/** The most outputs of a split. */
export const mostParts = 256;

/** A split as one slice per output, of these lengths, along a dimension. */
export function splitSlices(
  shape: Shape,
  axis: number,
  lengths: readonly number[],
): readonly AttributesOf['slice'][] {
  if (lengths.length > mostParts) {
    refuse(`splits into ${lengths.length} parts; at most ${mostParts} are supported`);
  }
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (sum !== shape[axis] || !lengths.every((length) => Number.isInteger(length) && length > 0)) {
    refuse(
      `splits dimension ${axis} of ${formatShape(shape)} into ${lengths.slice(0, 16).join(', ')}, which do not add up`,
    );
  }
  let start = 0;
  return lengths.map((length) => {
    const from = start;
    start += length;
    return {
      starts: shape.map((_, d) => (d === axis ? from : 0)),
      ends: shape.map((extent, d) => (d === axis ? from + length : extent)),
      steps: shape.map(() => 1),
    };
  });
}

/** A rearrangement as a reshape, a transposition and another reshape. */
export interface Rearrangement {
  readonly split: Shape;
  readonly permutation: readonly number[];
  readonly joined: Shape;
}

/**
 * DepthToSpace on `[N, H, W, b·b·C]`: pixel `[y, x]` of a block of b×b is the channels from `(y·b + x)·C` on. The rows of a
 * block, which lie behind W, are brought in front of it.
 */
export function depthToSpace(shape: Shape, block: number): Rearrangement {
  const [batch = 0, height = 0, width = 0, depth = 0] = shape;
  const channels = depth / (block * block);
  if (shape.length !== 4 || !(block >= 1) || !Number.isInteger(channels)) {
    refuse(
      `makes blocks of ${block}×${block} pixels of the channels of ${formatShape(shape)}, which must be an image [N, H, W, C] with a multiple of ${block * block} channels`,
    );
  }
  return {
    split: [batch * height, width, block, block * channels],
    permutation: [0, 2, 1, 3],
    joined: [batch, height * block, width * block, channels],
  };
}
