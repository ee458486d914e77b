import { boundTensor, inflation, smallestSubnormal, unitRoundoff } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { binaryClasses, stretchOperands } from './broadcast.ts';

/**
 * Correctly rounded, so exact on equal inputs. Otherwise `(ε_a + |a/b|·ε_b) / (|b| − ε_b)`, and both quotients are rounded; a
 * divisor that may be 0 says nothing.
 */
export const div: OpConformance<'div'> = {
  classes: binaryClasses('div'),
  bound: async (call) => {
    const { b, errorA, errorB } = await stretchOperands(call);
    return boundTensor(call.output.shape, (index) => {
      const [ea, eb] = [errorA.data[index]!, errorB.data[index]!];
      if (ea === 0 && eb === 0) return 0;
      const least = Math.abs(b.data[index]!) - eb;
      if (!(least > 0)) return Infinity;
      const quotient = Math.abs(call.output.data[index]!);
      const moved = (ea + quotient * eb) / least;
      return (moved + 2 * unitRoundoff * (quotient + moved)) * inflation + 2 * smallestSubnormal;
    });
  },
};
