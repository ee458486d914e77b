import { describe, expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';

const infer = (a: readonly number[], b: readonly number[]) =>
  inferTypesOf('quantized-matmul', { output }, [bytes('uint8', a), bytes('int8', b)]);

describe('quantized-matmul', () => {
  it('multiplies by one matrix for all, or by one for each', () => {
    expect(infer([5, 3], [3, 2])).toEqual(outputType([5, 2]));
    expect(infer([4, 5, 3], [3, 2]).shape).toEqual([4, 5, 2]);
    expect(infer([4, 5, 3], [4, 3, 2]).shape).toEqual([4, 5, 2]);
  });

  it('names both shapes', () => {
    expect(() => infer([5, 3], [4, 2])).toThrow(
      'quantized-matmul "node": multiplies 5×3 by 4×2: 3 columns do not fit 4 rows',
    );
    expect(() => infer([2, 5, 3], [4, 3, 2])).toThrow(
      'multiplies 2×5×3 by 4×3×2: the dimensions before the matrices must be the same, or b be one matrix',
    );
    expect(() => infer([3], [3, 2])).toThrow('needs matrices […, M, K] and […, K, N]');
  });
});
