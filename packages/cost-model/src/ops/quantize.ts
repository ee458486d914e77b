import { withoutMacs } from './formula.js';

/** No MACs. */
export const quantize = withoutMacs('elementwise');
