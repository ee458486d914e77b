import { monotoneBound } from '../bounds.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Exact. */
export const relu: OpConformance<'relu'> = {
  classes: activationClasses('relu', noAttributes),
  bound: (call) => monotoneBound(call, (x) => Math.max(0, x)),
};
