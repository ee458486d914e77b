import { mapElements, type ReferenceOp } from './reference-op.js';

/** `√x`; `Math.sqrt` gives NaN below 0. */
export const sqrt: ReferenceOp<'sqrt'> = (call) => mapElements(call, (x) => Math.sqrt(x));
