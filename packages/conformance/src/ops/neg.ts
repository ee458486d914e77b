import type { FloatTensor } from '../floats.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Exact. */
export const neg: OpConformance<'neg'> = {
  classes: activationClasses('neg', noAttributes),
  bound: ({ errors }) => errors[0] as FloatTensor,
};
