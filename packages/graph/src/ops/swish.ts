import { elementwise } from './contract.js';

/** Swish has no attribute. */
export type SwishAttributes = Readonly<Record<string, never>>;

/** `x / (1 + e⁻ˣ)`, also called SiLU. Source: Ramachandran et al. 2017, arXiv:1710.05941. */
export const swish = elementwise<SwishAttributes>('swish');
