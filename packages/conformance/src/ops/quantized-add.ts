import type { ParameterRole } from '@sepconv/graph';
import type { Operand } from '../case.ts';
import { singleNodeCase } from '../case.ts';
import {
  createIntegerFiller,
  describeIntegers,
  exactBound,
  extremeIntegers,
  type Integers,
  scaleOf,
  uniformIntegers,
} from '../integers.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { broadcastClasses } from './broadcast.ts';

/** A case of a quantized op on two inputs. `scaleOfResult` is about the scale with which most results are not clipped. */
export function quantizedBinaryCase(
  op: 'quantized-add' | 'quantized-mul',
  [shapeA, shapeB]: readonly [readonly number[], readonly number[]],
  integers: Integers,
  { swap = false, role }: { readonly swap?: boolean; readonly role?: ParameterRole },
  scaleOfResult: (a: number, b: number) => number,
): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const [a, b] = [filler.data(shapeA), filler.data(shapeB)];
  const operands: Operand[] = [{ tensor: a }, { tensor: b, ...(role === undefined ? {} : { role }) }];
  const output = filler.output(scaleOfResult(scaleOf(a), scaleOf(b)));
  const attributes = { output };
  return singleNodeCase(op, attributes, swap ? operands.reverse() : operands, describeIntegers(integers));
}

/** Exact. */
export const quantizedAdd: OpConformance<'quantized-add'> = {
  classes: broadcastClasses(
    (a, b, integers, placement) =>
      quantizedBinaryCase('quantized-add', [a, b], integers, placement, (x, y) => x + y),
    uniformIntegers,
    extremeIntegers,
  ),
  bound: (call) => {
    const [a = 0, b = 0] = call.inputs.map(scaleOf);
    const { scale } = call.node.attributes.output;
    return exactBound(call, ([ofA = 0, ofB = 0]) => (a * ofA + b * ofB) / scale);
  },
};
