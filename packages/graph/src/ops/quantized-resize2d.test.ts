import { expect, it } from 'vitest';
import { byteResizeTaps } from '../byte-resize.js';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

it('quantized-resize2d stores its result as its input is', () => {
  const image = bytes('int8', [2, 3, 5, 7]);
  const attributes = { size: [6, 4], coordinates: 'half-pixel' } as const;
  expect(inferTypesOf('quantized-resize2d', attributes, [image])).toEqual({ ...image, shape: [2, 6, 4, 7] });
  expect(() => inferTypesOf('quantized-resize2d', { ...attributes, size: [0, 4] }, [image])).toThrow(
    'the size along height',
  );
  const wrong = { ...attributes, coordinates: 'affine' as never };
  expect(() => inferTypesOf('quantized-resize2d', wrong, [image])).toThrow('coordinates must be one of');
  expect(() => inferTypesOf('quantized-resize2d', attributes, [{ ...image, dtype: 'float32' }])).toThrow(
    'must be int8 or uint8',
  );
});

it('byteResizeTaps weighs neighbours in 2048ths and stays inside', () => {
  expect(byteResizeTaps('half-pixel', 2, 4)).toEqual([
    { first: 0, second: 1, weight: 0 },
    { first: 0, second: 1, weight: 512 },
    { first: 0, second: 1, weight: 1536 },
    { first: 1, second: 1, weight: 0 },
  ]);
  expect(byteResizeTaps('align-corners', 3, 5).map(({ weight }) => weight)).toEqual([0, 1024, 0, 1024, 0]);
  expect(byteResizeTaps('asymmetric', 4, 2).map(({ first }) => first)).toEqual([0, 2]);
});
