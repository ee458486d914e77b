import { withoutMacs } from './formula.js';

/** No MACs. */
export const quantizedGlobalAveragePool2d = withoutMacs('pooling');
