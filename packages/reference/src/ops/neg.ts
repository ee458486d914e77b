import { mapElements, type ReferenceOp } from './reference-op.js';

/** `−x` */
export const neg: ReferenceOp<'neg'> = (call) => mapElements(call, (x) => -x);
