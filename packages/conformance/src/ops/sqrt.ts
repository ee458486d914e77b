import { monotoneBound } from '../bounds.ts';
import { boundTensor, type FloatTensor, unitRoundoff } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Correctly rounded, so exact on equal inputs; otherwise both roots are rounded. */
export const sqrt: OpConformance<'sqrt'> = {
  classes: activationClasses('sqrt', noAttributes),
  bound: (call) => {
    const error = call.errors[0] as FloatTensor;
    const root = (x: number): number => Math.sqrt(Math.max(0, x));
    const moved = monotoneBound(call, root, (reach) => 2 * unitRoundoff * reach);
    return boundTensor(call.output.shape, (index) => (error.data[index] === 0 ? 0 : moved.data[index]!));
  },
};
