import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

it('dequantize gives real numbers of what its input stands for', () => {
  expect(inferTypesOf('dequantize', {}, [bytes('uint8', [2, 3])])).toEqual({
    dtype: 'float32',
    shape: [2, 3],
  });
  expect(() => inferTypesOf('dequantize', {}, [{ dtype: 'uint8', shape: [2] }])).toThrow(
    'dequantize "node": does not know what its input stands for: it is uint8 without scale and zero point',
  );
  expect(() => inferTypesOf('dequantize', {}, [{ dtype: 'float32', shape: [2] }])).toThrow(
    'reads int8, uint8 or int32, but its input is float32',
  );
  const sums = { dtype: 'int32', shape: [2], quantization: { scale: [1], zeroPoint: [3] } } as const;
  expect(() => inferTypesOf('dequantize', {}, [sums])).toThrow('the zero point of int32 must be 0, not 3');
});
