import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

it('reinterpret keeps the integers and gives them another meaning', () => {
  const quantization = { scale: [0.25, 2], zeroPoint: [0, 7], axis: 0 };
  expect(inferTypesOf('reinterpret', { quantization }, [bytes('uint8', [2, 3])])).toEqual({
    dtype: 'uint8',
    shape: [2, 3],
    quantization,
  });
  expect(inferTypesOf('reinterpret', { quantization }, [{ dtype: 'uint8', shape: [2] }])).toEqual({
    dtype: 'uint8',
    shape: [2],
    quantization,
  });
});

it('reinterpret refuses what a type cannot store, and real numbers', () => {
  const of = (quantization: { scale: number[]; zeroPoint: number[] }, dtype: 'int8' | 'int32' | 'float32') =>
    inferTypesOf('reinterpret', { quantization }, [{ dtype, shape: [2] }]);
  expect(() => of({ scale: [1], zeroPoint: [200] }, 'int8')).toThrow(
    'reinterpret "node": the zero point of the result must be an integer from -128 to 127, as int8 is, not 200',
  );
  expect(() => of({ scale: [1, 2], zeroPoint: [0, 0] }, 'int8')).toThrow(
    'the result needs 1 scales and zero points, but has 2 scales and 2 zero points',
  );
  expect(() => of({ scale: [1], zeroPoint: [3] }, 'int32')).toThrow(
    'the zero point of int32 must be 0, not 3',
  );
  expect(() => of({ scale: [1], zeroPoint: [0] }, 'float32')).toThrow(
    'reads int8, uint8 or int32, but its input is float32',
  );
});
