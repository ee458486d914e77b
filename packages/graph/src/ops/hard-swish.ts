import { elementwise } from './contract.js';

/** Hard-swish has no attribute. */
export type HardSwishAttributes = Readonly<Record<string, never>>;

/** `x · min(6, max(0, x + 3)) / 6`. Source: Howard et al. 2019, arXiv:1905.02244. */
export const hardSwish = elementwise<HardSwishAttributes>('hard-swish');
