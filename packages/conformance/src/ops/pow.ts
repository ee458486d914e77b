import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { powUlp } from '../exponential.ts';
import { boundTensor, inflation, smallestSubnormal, ulp } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { createFiller, describeValues, valuesOf } from '../values.ts';
import { binaryClasses, stretchOperands } from './broadcast.ts';

/** One exponent for all, as networks have it: those that have code of their own, and others. */
const exponents = fc.constantFrom(2, 3, 0.5, -1, -0.5, 1, 0, 1 / 3, -2.5, 7, 100);
const constantExponent = fc
  .tuple(exponents, fc.integer({ min: 1, max: 40 }), valuesOf('around', 'wide', 'special', 'tiny'))
  .map(([exponent, count, values]) => {
    const filler = createFiller(values);
    const operands = [
      { tensor: filler.data([2, count]) },
      { tensor: filler.between([], exponent, exponent), role: 'constant' as const },
    ];
    return singleNodeCase('pow', {}, operands, `exponent ${exponent}, ${describeValues(values)}`);
  });
const positive = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(0x7fffffff)).map(([count, seed]) => {
  const filler = createFiller({ kind: 'uniform', seed });
  const operands = [filler.between([count], 0, 20), filler.between([count], -8, 8)];
  return singleNodeCase(
    'pow',
    {},
    operands.map((tensor) => ({ tensor })),
    `seed ${seed}`,
  );
});

/**
 * Within {@link powUlp} on equal inputs. For a positive base the power rises or falls with both, so its corners enclose it; an
 * erring base that may not be positive says nothing.
 */
export const pow: OpConformance<'pow'> = {
  classes: { ...binaryClasses('pow'), constant_exponent: constantExponent, positive },
  bound: async (call) => {
    const { a, b, errorA, errorB } = await stretchOperands(call);
    return boundTensor(call.output.shape, (index) => {
      const [x, y] = [a.data[index]!, b.data[index]!];
      const [ex, ey] = [errorA.data[index]!, errorB.data[index]!];
      const result = Math.abs(call.output.data[index]!);
      if (ex === 0 && ey === 0)
        return Number.isFinite(result) ? powUlp * ulp * result + smallestSubnormal : 0;
      if (!(x - ex > 0)) return Infinity;
      const corners = [x - ex, x + ex].flatMap((base) => [base ** (y - ey), base ** (y + ey)]);
      const spread = Math.max(...corners.map((corner) => Math.abs(corner - x ** y)));
      return (spread + powUlp * ulp * Math.max(...corners)) * inflation + 2 * smallestSubnormal;
    });
  },
};
