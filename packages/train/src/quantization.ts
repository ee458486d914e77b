/** @file How networks become integers, as far as training imitates it and `@sepconv/quantize` does it: not for applications. */
export {
  fixedStorage,
  type Interval,
  isWeighted,
  type Layer,
  type LayerArithmetic,
  layersOf,
  type PlannedLayer,
  planQuantization,
  type QuantizationPlan,
  type StorageClasses,
  storageClasses,
  type WeightedNode,
} from './quantization/integer-plan.js';
export {
  dequantizeWeight,
  type Granularity,
  largestWeight,
  type QuantizedWeight,
  quantizeWeight,
  weightScales,
} from './quantization/integer-weights.js';
export { asSeen } from './quantization/rounded-network.js';
export { spelledForIntegers } from './quantization/spelling.js';
export { type ActivationType, rangeOfStored, storedOver } from './quantization/stored-over.js';
