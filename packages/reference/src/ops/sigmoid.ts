import { mapElements, type ReferenceOp } from './reference-op.js';

/** `1 / (1 + e⁻ˣ)` */
export const sigmoid: ReferenceOp<'sigmoid'> = (call) => mapElements(call, (x) => 1 / (1 + Math.exp(-x)));
