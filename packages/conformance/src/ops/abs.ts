import type { FloatTensor } from '../floats.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Exact. */
export const abs: OpConformance<'abs'> = {
  classes: activationClasses('abs', noAttributes),
  bound: ({ errors }) => errors[0] as FloatTensor,
};
