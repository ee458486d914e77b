import { erf as errorFunction } from './error-function.js';
import { mapElements, type ReferenceOp } from './reference-op.js';

/** `erf(x)` */
export const erf: ReferenceOp<'erf'> = (call) => mapElements(call, errorFunction);
