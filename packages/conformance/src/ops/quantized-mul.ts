import { exactBound, extremeIntegers, scaleOf, uniformIntegers } from '../integers.ts';
import type { OpConformance } from '../types.ts';
import { broadcastClasses } from './broadcast.ts';
import { quantizedBinaryCase } from './quantized-add.ts';

/** Exact. */
export const quantizedMul: OpConformance<'quantized-mul'> = {
  classes: broadcastClasses(
    (a, b, integers, placement) =>
      quantizedBinaryCase('quantized-mul', [a, b], integers, placement, (x, y) => 64 * x * y),
    uniformIntegers,
    extremeIntegers,
  ),
  bound: (call) => {
    const [a = 0, b = 0] = call.inputs.map(scaleOf);
    const { scale } = call.node.attributes.output;
    return exactBound(call, ([ofA = 0, ofB = 0]) => (a * b * (255 * (ofA + ofB) + ofA * ofB)) / scale);
  },
};
