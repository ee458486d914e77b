import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

it('lookup stores the result as the table is', () => {
  const [image, table] = [bytes('uint8', [2, 7, 5]), bytes('int8', [256])];
  expect(inferTypesOf('lookup', {}, [image, table])).toEqual({ ...table, shape: [2, 7, 5] });
  expect(() => inferTypesOf('lookup', {}, [image, bytes('int8', [255])])).toThrow(
    'the table must be 256, not 255',
  );
  const rows = bytes('uint8', [5, 256]);
  expect(inferTypesOf('lookup', {}, [image, rows])).toEqual({ ...rows, shape: [2, 7, 5] });
  expect(() => inferTypesOf('lookup', {}, [image, bytes('int8', [7, 256])])).toThrow(
    'the table must be 5×256, not 7×256',
  );
  expect(() => inferTypesOf('lookup', {}, [{ shape: [2], dtype: 'float32' }, table])).toThrow('the input');
});
