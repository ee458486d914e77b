import { type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import { clip } from './requantize.js';

const { fround } = Math;

/** Each exponential's share of its row's sum, in float32. */
export const quantizedSoftmax = /* @__PURE__ */ checked(
  'quantized-softmax',
  ({ attributes, inputs, outputShape }) => {
    const [input, table] = inputs as readonly [Tensor, Tensor];
    const { output } = attributes;
    const result = zeros(output.dtype, outputShape);
    const size = outputShape.at(-1)!;
    const plusHalf = (x: number): number => (output.dtype === 'uint8' ? fround(x + 0.5) : x + 0.5);
    for (let first = 0; first < result.data.length; first += size) {
      const row = Array.from(input.data.subarray(first, first + size));
      const largest = Math.max(...row);
      const exponentials = row.map((x) => table.data[largest - x]!);
      const sum = exponentials.reduce((a, b) => fround(a + b), 0);
      const perStep = fround(1 / fround(sum * fround(output.scale)));
      exponentials.forEach((exponential, c) => {
        const share = Math.trunc(plusHalf(fround(exponential * perStep))) || 0;
        result.data[first + c] = clip(share, output);
      });
    }
    return result;
  },
);
