import { byteResizeTaps } from '@sepconv/graph';
import { type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { Shape4 } from './reference-op.js';

/** The mean of four pixels in 2²²nds, halves up. */
export const quantizedResize2d = /* @__PURE__ */ checked(
  'quantized-resize2d',
  ({ attributes, inputs, outputShape }) => {
    const [input] = inputs as readonly [Tensor];
    const [batch, height, width, channels] = input.shape as Shape4;
    const { size, coordinates } = attributes;
    const rows = byteResizeTaps(coordinates, height, size[0]);
    const columns = byteResizeTaps(coordinates, width, size[1]);
    const output = zeros(input.dtype, outputShape);
    let index = 0;
    for (let n = 0; n < batch; n++) {
      for (const row of rows) {
        for (const column of columns) {
          for (let c = 0; c < channels; c++) {
            const at = (y: number, x: number): number =>
              input.data[((n * height + y) * width + x) * channels + c]!;
            const along = (y: number): number =>
              (2048 - column.weight) * at(y, column.first) + column.weight * at(y, column.second);
            const sum = (2048 - row.weight) * along(row.first) + row.weight * along(row.second);
            output.data[index++] = (sum + 2 ** 21) >> 22;
          }
        }
      }
    }
    return output;
  },
);
