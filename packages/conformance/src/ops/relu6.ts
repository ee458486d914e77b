import { monotoneBound } from '../bounds.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Exact. */
export const relu6: OpConformance<'relu6'> = {
  classes: activationClasses('relu6', noAttributes),
  bound: (call) => monotoneBound(call, (x) => Math.min(6, Math.max(0, x))),
};
