import { mapElements, type ReferenceOp } from './reference-op.js';

/** The same elements in the same order. */
export const flatten: ReferenceOp<'flatten'> = (call) => mapElements(call, (x) => x);
