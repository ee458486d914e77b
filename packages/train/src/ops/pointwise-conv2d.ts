import { bilinear } from './bilinear.js';
import { matrixProducts } from './dense.js';

/** A dense layer at every pixel. */
export const pointwiseConv2d = bilinear<'pointwise-conv2d'>(matrixProducts);
