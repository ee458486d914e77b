import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

describe('transpose', () => {
  it('orders dimensions as it is told', () => {
    expect(inferShape('transpose', { permutation: [0, 3, 1, 2] }, [2, 5, 7, 3])).toEqual([2, 3, 5, 7]);
    expect(inferShape('transpose', { permutation: [0, 1, 2, 4, 3] }, [2, 5, 7, 2, 9])).toEqual([
      2, 5, 7, 9, 2,
    ]);
    expect(inferShape('transpose', { permutation: [] }, [])).toEqual([]);
  });

  it('takes integers with what they stand for along', () => {
    const quantization = { scale: [1, 2, 3], zeroPoint: [0, 4, 0], axis: 1 };
    const input = { dtype: 'uint8', shape: [2, 3], quantization } as const;
    expect(inferTypesOf('transpose', { permutation: [1, 0] }, [input])).toEqual({
      dtype: 'uint8',
      shape: [3, 2],
      quantization: { ...quantization, axis: 0 },
    });
    expect(inferTypesOf('transpose', { permutation: [1, 0] }, [bytes('int8', [2, 3])])).toEqual(
      bytes('int8', [3, 2]),
    );
  });

  it.each([[[0, 1]], [[0, 1, 1]], [[0, 1, 3]], [[0, 1, -1]], [[0, 1, 1.5]]])('refuses %j', (permutation) => {
    expect(() => inferShape('transpose', { permutation }, [2, 3, 4])).toThrow(
      `transpose "node": the permutation must name each of the input's 3 dimensions once, counted from 0, but is [${permutation.join(', ')}]`,
    );
  });
});
