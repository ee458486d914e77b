export type { ActivationType, Granularity, Interval, LayerArithmetic } from '@sepconv/train/quantization';
export type { AdaptiveRounding } from './adaptive-rounding.js';
export type { Agreement } from './agreement.js';
export { compareNetworks } from './agreement.js';
export type { Boundary } from './convert/convert.js';
export { equalizeNetwork } from './equalized-network.js';
export { QuantizeError } from './errors.js';
export type { QuantizeOptions } from './options.js';

export { pushScales } from './push-scales.js';
export { type QuantizedNetwork, quantizeNetwork } from './quantize-network.js';
export { type RangeMethod, rangeMethods } from './ranges/choose-range.js';
export type { LayerReport, QuantizeReport, WeightReport } from './report.js';
export { holdBack, type NamedInputs, type Sample, type SplitSamples } from './samples.js';
export type { KeepFloat } from './sensitivity.js';
