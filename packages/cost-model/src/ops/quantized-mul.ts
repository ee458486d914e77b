import { withoutMacs } from './formula.js';

/** No MACs. */
export const quantizedMul = withoutMacs('elementwise');
