import { elementCount, formatShape, sameShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

/**
 * The product of two matrices that the network computes, or of as many as the leading dimensions say:
 * `out[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]`.
 *
 * Inputs `[…, M, K]` and `[…, K, N]` of as many dimensions, at least two; output `[…, M, N]`. The leading dimensions are the same, or
 * all 1 in one of them, which then is multiplied with every matrix of the other. A constant matrix on the right is a dense layer.
 */
export const matmul: OpContract<object> = {
  name: 'matmul',
  kind: 'product',
  inputs: [{ name: 'a' }, { name: 'b' }],
  takesEpilogue: true,
  infer: (context) => {
    const [a, b] = [inputAt(context, 0), inputAt(context, 1)];
    const rank = a.shape.length;
    const both = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
    if (rank < 2 || b.shape.length !== rank) {
      fail(context, `needs two inputs of as many dimensions, at least 2, but they are ${both}`);
    }
    const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    if (!sameShape(batchA, batchB) && elementCount(batchA) !== 1 && elementCount(batchB) !== 1) {
      fail(
        context,
        `the leading dimensions must be the same, or all 1 in one of its inputs, but they are ${both}`,
      );
    }
    const [rows = 0, columns = 0] = a.shape.slice(-2);
    const [rowsB = 0, columnsB = 0] = b.shape.slice(-2);
    if (columns !== rowsB) {
      fail(context, `${columns} columns of the first input do not fit ${rowsB} rows of the second: ${both}`);
    }
    const batch = elementCount(batchA) === 1 ? batchB : batchA;
    return [likeInput(a, [...batch, rows, columnsB])];
  },
};
