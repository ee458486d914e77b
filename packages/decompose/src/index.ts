export { type BreakEven, type BreakEvenLayer, breakEvenRank } from './break-even.js';
export {
  type ConvDecomposition,
  type DecomposeConv2dOptions,
  decomposeConv2d,
  type Method,
  recomposeConv2d,
} from './decompose-conv2d.js';
export { type DecomposedNetwork, decomposeNetwork } from './decompose-network.js';
export { DecomposeError } from './errors.js';
export { type Order, orders } from './layer-shape.js';
export type { Budget, DecomposeOptions, MeasureGraphs, PreparedNetwork, RankRule } from './options.js';
export type { DecompositionReport, DecompositionTotals, LayerReport } from './report.js';
export type { LayerSamples } from './samples.js';
