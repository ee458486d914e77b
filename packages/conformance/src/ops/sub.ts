import { boundTensor, inflation, unitRoundoff } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { binaryClasses } from './broadcast.ts';

/** Exact on equal inputs. Otherwise their errors add up, and both differences are rounded. */
export const sub: OpConformance<'sub'> = {
  classes: binaryClasses('sub'),
  bound: async ({ errors, output, run }) => {
    const moved = await run(errors, { op: 'add', attributes: {} });
    return boundTensor(output.shape, (index) => {
      const e = moved.data[index]!;
      return e === 0 ? 0 : (e + 2 * unitRoundoff * (Math.abs(output.data[index]!) + e)) * inflation;
    });
  },
};
