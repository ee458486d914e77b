export { type Activation, type ActivationOfKind, functionOf } from './activation.js';
export { GraphBuilder } from './builder.js';
export { type ByteResizeCoordinates, type ByteResizeTap, byteResizeTaps } from './byte-resize.js';
export { erf, erfc } from './error-function.js';
export { GraphError, ShapeError } from './errors.js';
export { type FixedPointSum, fixedPointSum } from './fixed-point.js';
export { inferNode, inferTypes, type ValueTypes } from './infer.js';
export { initializeWeights } from './initialize.js';
export {
  type BatchNormOptions,
  batchNorm,
  type Conv2dOptions,
  conv2d,
  type DepthwiseConv2dOptions,
  dense,
  depthwiseConv2d,
  type LayerNormOptions,
  type LayerOptions,
  layerNorm,
  type PointwiseOptions,
  pointwiseConv2d,
  type SeparableConv2dOptions,
  separableConv2d,
  type WindowOptions,
} from './layers.js';
export { namedInputs } from './named-inputs.js';
export type { OpContract, OpKind, WindowAttributes } from './ops/contract.js';
export { gatheredPosition } from './ops/gather.js';
export type { NonMaxSuppressionAttributes } from './ops/non-max-suppression.js';
export { selectBoxes } from './ops/non-max-suppression.js';
export {
  meanScales,
  type RequantizeAttributes,
  requantizationRatios,
  type StoredAs,
  storedBounds,
} from './ops/quantized.js';
export {
  type AttributesOf,
  activationOf,
  type BinaryOpName,
  contractOf,
  type IntegerOpName,
  isOpName,
  type OpName,
  opNames,
  type UnaryOpName,
} from './ops/registry.js';
export {
  dilatedExtent,
  type HeightWidth,
  noPadding,
  outputExtent,
  type Padding,
  type PaddingSpec,
  resolvePadding,
  samePadding,
  samePaddingLower,
} from './padding.js';
export { eliminateDeadNodes } from './passes/eliminate-dead-nodes.js';
export { expandSeparable } from './passes/expand-separable.js';
export {
  type FoldedParameters,
  foldableNorms,
  foldBatchNorm,
  foldedBias,
  foldedGraph,
  keepsRange,
  type NormParameters,
  normFactors,
  normParameters,
} from './passes/fold-batch-norm.js';
export {
  type Epilogue,
  type EpilogueStage,
  type FusedGraph,
  type FusedNode,
  type FusionRule,
  fuseGraph,
  fuseNodes,
  hasAddition,
  unfusedGraph,
} from './passes/fuse.js';
export { type MemorySchedule, type MemoryStep, memorySchedule } from './passes/memory-schedule.js';
export { type ArenaBuffer, type ArenaPlan, planArena } from './passes/plan-arena.js';
export { producersOf, usesOf } from './passes/uses.js';
export { type ResizeTap, resizeTaps } from './resize.js';
export type {
  Graph,
  GraphInput,
  Network,
  Node,
  NodeOf,
  Parameter,
  ParameterRole,
  Weights,
} from './types.js';
export { validateNetwork } from './validate.js';
export type { ValueType } from './value-type.js';
export { expectGraph, expectNetwork } from './well-formed.js';
