import { elementCount } from '@sepconv/tensor';
import { bilinear, type Products } from './bilinear.js';

/** Every row of channels times the matrix `[C_in, C_out]`; the last dimension is the channels, all others are rows. */
export const matrixProducts: Products<'dense' | 'pointwise-conv2d'> = ({ outputShape, shapes }, visit) => {
  const inputs = shapes[0]!.at(-1)!;
  const outputs = outputShape.at(-1)!;
  const rows = elementCount(outputShape) / outputs;
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < inputs; c++) visit(row * outputs + o, row * inputs + c, c * outputs + o);
    }
  }
};

/** `output[n, o] = bias[o] + Σ_c input[n, c] · weight[c, o]` */
export const dense = bilinear<'dense'>(matrixProducts);
