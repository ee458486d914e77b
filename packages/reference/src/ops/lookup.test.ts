import { createTensor } from '@sepconv/tensor';
import { expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

it('lookup counts the table from the least integer', () => {
  const table = createTensor(
    'uint8',
    [256],
    Uint8Array.from({ length: 256 }, (_, i) => 255 - i),
  );
  const signed = createTensor('int8', [3], Int8Array.of(-128, 0, 127));
  expect(valuesOf(runOp('lookup', {}, [signed, table]))).toEqual([255, 127, 0]);
  const unsigned = createTensor('uint8', [3], Uint8Array.of(0, 1, 255));
  expect(valuesOf(runOp('lookup', {}, [unsigned, table]))).toEqual([255, 254, 0]);
});

it('lookup takes the row of the channel', () => {
  const rows = Int8Array.from({ length: 512 }, (_, i) => (i < 256 ? i - 128 : 383 - i));
  const table = createTensor('int8', [2, 256], rows);
  const image = createTensor('int8', [2, 2], Int8Array.of(-128, -128, 5, 5));
  expect(valuesOf(runOp('lookup', {}, [image, table]))).toEqual([-128, 127, 5, -6]);
});
