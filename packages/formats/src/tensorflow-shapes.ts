/** @file TensorFlow's ways of saying shapes, which TFLite and TF.js take over. */
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
  return {
    before: shape.map((_, axis) => amounts[2 * axis] as number),
    after: shape.map((_, axis) => amounts[2 * axis + 1] as number),
  };
}
