export { ReferenceRunError } from './errors.js';
export { createMacCounter, type MacCounter } from './mac-counter.js';
export { erf, erfc } from './ops/error-function.js';
export { type ReferenceOptions, runReference, runReferenceNode } from './run.js';
