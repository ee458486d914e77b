import { fixedPointSum } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { zeros } from '@sepconv/tensor';
import { combineNumbers } from './broadcast.js';
import { checked } from './checked.js';
import { zeroPointOf } from './integer-products.js';
import { clip, scaleOf } from './requantize.js';

/** Both inputs in units of the output's scale divided by 2^shift, added and rounded once. */
export const quantizedAdd = /* @__PURE__ */ checked(
  'quantized-add',
  ({ attributes, inputs, outputShape }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const { output } = attributes;
    const { multiplierA, multiplierB, shift } = fixedPointSum(
      scaleOf(a) / output.scale,
      scaleOf(b) / output.scale,
    );
    const [zeroA, zeroB] = [zeroPointOf(a), zeroPointOf(b)];
    const half = 2 ** (shift - 1);
    return combineNumbers([a, b], zeros(output.dtype, outputShape), (x, y) =>
      // The sum fits into 32 bits, so that shifting rounds down as division does.
      clip(((x - zeroA) * multiplierA + (y - zeroB) * multiplierB + half) >> shift, output),
    );
  },
);
