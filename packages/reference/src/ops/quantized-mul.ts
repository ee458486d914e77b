import { type Tensor, zeros } from '@sepconv/tensor';
import { combineNumbers } from './broadcast.js';
import { checked } from './checked.js';
import { zeroPointOf } from './integer-products.js';
import { clip, rounding, scaleOf } from './requantize.js';

/** The product of both differences, requantized. */
export const quantizedMul = /* @__PURE__ */ checked(
  'quantized-mul',
  ({ attributes, inputs, outputShape }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const { output } = attributes;
    const round = rounding({ inputScale: scaleOf(a), weightScales: [scaleOf(b)] }, output);
    const [zeroA, zeroB] = [zeroPointOf(a), zeroPointOf(b)];
    return combineNumbers([a, b], zeros(output.dtype, outputShape), (x, y) =>
      clip(round((x - zeroA) * (y - zeroB), 0), output),
    );
  },
);
