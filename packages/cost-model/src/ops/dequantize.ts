import { withoutMacs } from './formula.js';

/** No MACs. */
export const dequantize = withoutMacs('elementwise');
