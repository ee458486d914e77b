import { elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** `out[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]` */
export const matmul = /* @__PURE__ */ checked('matmul', ({ inputs, outputShape, countMacs }) => {
  const [a, b] = inputs as readonly [FloatTensor, FloatTensor];
  const [rows = 0, depth = 0] = a.shape.slice(-2);
  const columns = b.shape.at(-1)!;
  const batches = elementCount(outputShape.slice(0, -2));
  const [manyA, manyB] = [a.data.length > rows * depth, b.data.length > depth * columns];
  const output = zeros('float32', outputShape);
  let macs = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const left = a.data[((manyA ? batch : 0) * rows + m) * depth + k]!;
          const right = b.data[((manyB ? batch : 0) * depth + k) * columns + n]!;
          sum += left * right;
          macs++;
        }
        output.data[(batch * rows + m) * columns + n] = sum;
      }
    }
  }
  countMacs(macs);
  return output;
});
