import { checked } from './checked.js';
import { mixChannels } from './dense.js';

/** `out[n, y, x, o] = bias[o] + Σ_c in[n, y, x, c] · weight[0, 0, c, o]`: a dense layer at every pixel. */
export const pointwiseConv2d = /* @__PURE__ */ checked('pointwise-conv2d', mixChannels);
