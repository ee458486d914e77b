import { mapElements, type ReferenceOp } from './reference-op.js';

/** `max(0, x)`; `Math.max` passes NaN on. */
export const relu: ReferenceOp<'relu'> = (call) => mapElements(call, (x) => Math.max(0, x));
