import { erfc } from './error-function.js';
import { mapElements, type ReferenceOp } from './reference-op.js';

/** `x · Φ(x)`; `Φ(x) = erfc(−x / √2) / 2` keeps its digits where x is far below 0. */
const exact = (x: number): number => (x * erfc(-x / Math.SQRT2)) / 2;

/** `x · (1 + tanh(y)) / 2 = x / (1 + e^(−2y))` with `y = √(2/π) · (x + 0.044715 · x³)`. */
const byTanh = (x: number): number =>
  x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** The definition, or its approximation by tanh. */
export const gelu: ReferenceOp<'gelu'> = (call) =>
  mapElements(call, call.attributes.approximate === 'none' ? exact : byTanh);
