import { elementwise } from './contract.js';

/** ReLU6 has no attribute. */
export type Relu6Attributes = Readonly<Record<string, never>>;

/** `min(6, max(0, x))`; NaN stays NaN. Source: Howard et al. 2017, arXiv:1704.04861. */
export const relu6 = elementwise<Relu6Attributes>('relu6');
