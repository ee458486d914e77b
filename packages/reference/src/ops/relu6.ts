import { mapElements, type ReferenceOp } from './reference-op.js';

/** `min(6, max(0, x))`; `Math.min` and `Math.max` pass NaN on. */
export const relu6: ReferenceOp<'relu6'> = (call) => mapElements(call, (x) => Math.min(6, Math.max(0, x)));
