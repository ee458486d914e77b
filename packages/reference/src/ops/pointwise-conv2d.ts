/** `out[n, y, x, o] = bias[o] + Σ_c in[n, y, x, c] · weight[0, 0, c, o]`: a dense layer at every pixel. */
export { dense as pointwiseConv2d } from './dense.js';
