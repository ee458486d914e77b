import { mapElements, type ReferenceOp } from './reference-op.js';

/** `eˣ` */
export const exp: ReferenceOp<'exp'> = (call) => mapElements(call, (x) => Math.exp(x));
