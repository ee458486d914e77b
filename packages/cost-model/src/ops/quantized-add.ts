import { withoutMacs } from './formula.js';

/** No MACs. */
export const quantizedAdd = withoutMacs('elementwise');
