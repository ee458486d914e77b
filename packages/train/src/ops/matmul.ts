import { elementCount } from '@sepconv/tensor';
import { bilinear } from './bilinear.js';

/** Every row of the first input multiplies every column of the second one, matrix by matrix. */
export const matmul = bilinear<'matmul'>(({ shapes, outputShape }, visit) => {
  const [a, b] = shapes as readonly [readonly number[], readonly number[]];
  const [rows = 0, depth = 0] = a.slice(-2);
  const columns = b.at(-1)!;
  const batches = elementCount(outputShape.slice(0, -2));
  const [manyA, manyB] = [elementCount(a) > rows * depth, elementCount(b) > depth * columns];
  for (let batch = 0; batch < batches; batch++) {
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        for (let k = 0; k < depth; k++) {
          visit(
            (batch * rows + m) * columns + n,
            ((manyA ? batch : 0) * rows + m) * depth + k,
            ((manyB ? batch : 0) * depth + k) * columns + n,
          );
        }
      }
    }
  }
});
