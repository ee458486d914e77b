import { monotoneBound } from '../bounds.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Exact. */
export const relu6: OpConformance<'relu6'> = {
  classes: activationClasses('relu6', noAttributes),
  bound: (call) => monotoneBound(call, (x) => Math.min(6, Math.max(0, x))),
};
