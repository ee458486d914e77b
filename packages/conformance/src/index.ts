export { type BoundedValue, type BoundOptions, boundNetwork, boundNode } from './bound-network.js';
export { type CheckReport, checkNetwork, type Opponents } from './check.js';
export { ConformanceError } from './errors.js';
export { networkClasses } from './networks.js';
export { checkImplementations } from './random/check-implementations.js';
export { drawNetwork, type RandomNetwork } from './random/draw-network.js';
export { conformanceOps } from './registry.js';
export { type SweepOptions, type SweepReport, sweep, sweepNetworks } from './sweep.js';
export type { Bound, BoundCall, ConformanceCase, OpConformance, Runner } from './types.js';
