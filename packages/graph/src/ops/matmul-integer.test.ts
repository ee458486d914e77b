import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';

it('matmul-integer gives int32 that stand for themselves', () => {
  const a = { dtype: 'int8', shape: [2, 3] } as const;
  const b = { dtype: 'uint8', shape: [3, 4] } as const;
  expect(inferTypesOf('matmul-integer', {}, [a, b])).toEqual({
    dtype: 'int32',
    shape: [2, 4],
    quantization: { scale: [1], zeroPoint: [0] },
  });
  expect(() => inferTypesOf('matmul-integer', {}, [a, { ...b, dtype: 'int32' }])).toThrow(
    'matmul-integer "node": the weight must be int8 or uint8, but is int32',
  );
});
