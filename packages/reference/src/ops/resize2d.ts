import { resizeTaps } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor, Shape4 } from './reference-op.js';

/** `out[n, y, x, c] = Σ_i Σ_j w_y[i] · w_x[j] · in[n, i, j, c]` */
export const resize2d = /* @__PURE__ */ checked('resize2d', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const [batch, inputHeight, inputWidth, channels] = input.shape as Shape4;
  const rows = resizeTaps(attributes, 0, inputHeight);
  const columns = resizeTaps(attributes, 1, inputWidth);
  const output = zeros('float32', outputShape);
  let index = 0;
  for (let n = 0; n < batch; n++) {
    for (const vertical of rows) {
      for (const horizontal of columns) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (const i of vertical) {
            for (const j of horizontal) {
              const pixel = ((n * inputHeight + i.index) * inputWidth + j.index) * channels + c;
              sum += i.weight * j.weight * input.data[pixel]!;
            }
          }
          output.data[index++] = sum;
        }
      }
    }
  }
  return output;
});
