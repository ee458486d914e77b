import { monotoneBound } from '../bounds.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Exact. */
export const relu: OpConformance<'relu'> = {
  classes: activationClasses('relu', noAttributes),
  bound: (call) => monotoneBound(call, (x) => Math.max(0, x)),
};
