import { formatShape, type Shape } from '@sepconv/tensor';
import { fail, type InferenceContext } from './contract.js';

/**
 * The shape of an elementwise operation on two shapes: aligned at the last dimension, a 1 stretches (NumPy's rule).
 *
 * @throws {ShapeError} naming the dimension and both numbers.
 */
export function broadcastShapes(context: InferenceContext<unknown>, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      fail(
        context,
        `the inputs are ${formatShape(a)} and ${formatShape(b)}, but dimension ${axis} is ${left} in one and ${right} in the other`,
      );
    }
    return left === 1 ? right : left;
  });
}
