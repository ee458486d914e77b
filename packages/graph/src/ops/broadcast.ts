import { formatShape, type Shape } from '@sepconv/tensor';
import type { InferenceContext, OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

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

/** The contract of an elementwise op on two broadcast inputs. */
export function binary<Attributes extends object>(name: string): OpContract<Attributes> {
  return {
    name,
    inputs: [{ name: 'a' }, { name: 'b' }],
    infer: (context) => {
      const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
      if (a.dtype !== b.dtype)
        fail(context, `the inputs must have one element type, but are ${a.dtype} and ${b.dtype}`);
      return [likeInput(a, broadcastShapes(context, a.shape, b.shape))];
    },
  };
}
