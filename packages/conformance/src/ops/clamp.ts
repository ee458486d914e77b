import fc from 'fast-check';
import { monotoneBound } from '../bounds.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';

const attributes = fc.constantFrom<{ min?: number; max?: number }>(
  { min: 0, max: 6 },
  { min: -1, max: 1 },
  { min: 0.1 },
  { max: 0.1 },
  { min: 2, max: 2 },
  {},
);

/** Exact: rounding the bounds to float32 and clamping is the same as clamping and rounding. */
export const clamp: OpConformance<'clamp'> = {
  classes: activationClasses('clamp', attributes),
  bound: (call) => {
    const { min = -Infinity, max = Infinity } = call.node.attributes;
    return monotoneBound(call, (x) => Math.min(max, Math.max(min, x)));
  },
};
