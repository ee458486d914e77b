import { mapElements, type ReferenceOp } from './reference-op.js';

/** `min(max, max(min, x))`; `Math.min` and `Math.max` pass NaN on. */
export const clamp: ReferenceOp<'clamp'> = (call) => {
  const { min = -Infinity, max = Infinity } = call.attributes;
  return mapElements(call, (x) => Math.min(max, Math.max(min, x)));
};
