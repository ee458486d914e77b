import { reduceMean } from './reduce-mean.js';
import type { ReferenceOp } from './reference-op.js';

/** The mean of each channel over the whole image. */
export const globalAveragePool2d: ReferenceOp<'global-average-pool2d'> = (call) =>
  reduceMean({ ...call, attributes: { axes: [1, 2], keepDimensions: true } });
