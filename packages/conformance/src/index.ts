export { type BoundedValue, type BoundOptions, boundNetwork, boundNode } from './bound-network.ts';
export { type CheckReport, checkNetwork, type Opponents } from './check.ts';
export { ConformanceError } from './errors.ts';
export { networkClasses } from './networks.ts';
export { checkImplementations } from './random/check-implementations.ts';
export { drawNetwork } from './random/draw-network.ts';
export { conformanceOps } from './registry.ts';
export { type SweepOptions, type SweepReport, sweep, sweepNetworks } from './sweep.ts';
export type { Bound, BoundCall, ConformanceCase, OpConformance, Runner } from './types.ts';
