import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';

it('quantized-softmax takes bytes and a table of 256 real numbers', () => {
  const input = bytes('uint8', [2, 5]);
  const table = { dtype: 'float32', shape: [256] } as const;
  expect(inferTypesOf('quantized-softmax', { output }, [input, table])).toEqual(outputType([2, 5]));
  expect(() => inferTypesOf('quantized-softmax', { output }, [bytes('int8', []), table])).toThrow('a scalar');
  expect(() => inferTypesOf('quantized-softmax', { output }, [table, table])).toThrow(
    'must be int8 or uint8',
  );
  for (const wrong of [bytes('int8', [256]), { ...table, shape: [255] }])
    expect(() => inferTypesOf('quantized-softmax', { output }, [input, wrong])).toThrow(
      'must be float32 [256]',
    );
});
