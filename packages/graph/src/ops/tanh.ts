import { elementwise } from './contract.js';

/** The hyperbolic tangent has no attribute. */
export type TanhAttributes = Readonly<Record<string, never>>;

/** `tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)`. */
export const tanh = elementwise<TanhAttributes>('tanh');
