export { ReferenceRunError } from './errors.js';
export { createMacCounter, type MacCounter } from './mac-counter.js';
export type { ReferenceCall, ReferenceOp, ReferenceOps } from './ops/reference-op.js';
export { runReference, runReferenceNode } from './run.js';
export { type ReferenceOptions, runReferenceWith } from './run-with.js';
