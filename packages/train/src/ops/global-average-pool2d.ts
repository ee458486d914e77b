import { reduceMean } from './reduce-mean.js';
import type { TrainingOp } from './training-op.js';

const attributes = { axes: [1, 2], keepDimensions: true };

/** The mean of each channel over the whole image. */
export const globalAveragePool2d: TrainingOp<'global-average-pool2d'> = {
  forward: (call) => reduceMean.forward({ ...call, attributes }),
  backward: (call) => reduceMean.backward({ ...call, attributes }),
};
