import { checked } from './checked.js';
import { reduceMean } from './reduce-mean.js';

/** The mean of each channel over the whole image. */
export const globalAveragePool2d = /* @__PURE__ */ checked('global-average-pool2d', (call) =>
  reduceMean({ ...call, attributes: { axes: [1, 2], keepDimensions: true } }),
);
