import { mapElements, type ReferenceOp } from './reference-op.js';

/** `x / (1 + e⁻ˣ)`; −∞ gives −∞ / ∞ = NaN, as the formula says. */
export const swish: ReferenceOp<'swish'> = (call) => mapElements(call, (x) => x / (1 + Math.exp(-x)));
