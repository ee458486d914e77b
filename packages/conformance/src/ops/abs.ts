import type { FloatTensor } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Exact. */
export const abs: OpConformance<'abs'> = {
  classes: activationClasses('abs', noAttributes),
  bound: ({ errors }) => errors[0] as FloatTensor,
};
