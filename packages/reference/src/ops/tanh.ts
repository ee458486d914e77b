import { mapElements, type ReferenceOp } from './reference-op.js';

/** `tanh(x)` */
export const tanh: ReferenceOp<'tanh'> = (call) => mapElements(call, (x) => Math.tanh(x));
