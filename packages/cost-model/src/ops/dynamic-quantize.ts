import { withoutMacs } from './formula.js';

/** No MACs. */
export const dynamicQuantize = withoutMacs('elementwise');
