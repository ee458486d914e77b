import { mapElements, type ReferenceOp } from './reference-op.js';

/** The same elements in the same order. */
export const reshape: ReferenceOp<'reshape'> = (call) => mapElements(call, (x) => x);
