import { mapElements, type ReferenceOp } from './reference-op.js';

/** `|x|` */
export const abs: ReferenceOp<'abs'> = (call) => mapElements(call, (x) => Math.abs(x));
