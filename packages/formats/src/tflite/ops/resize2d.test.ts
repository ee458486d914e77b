import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { oneOperator, runTflite } from '../../../test/run-tflite.js';
import { tfliteFile } from '../../../test/tflite-file.js';

const bilinear = [23, 15, 2] as const;
const nearest = [97, 74, 0] as const;

/** A row of pixels in another width; the flags are the operator's. */
const resize = (
  [code, options, slot]: readonly [number, number, number],
  input: number,
  output: number,
  { alignCorners = 0, halfPixelCenters = 0 } = {},
) =>
  oneOperator(
    { code, options: [options, { slot, int8: alignCorners }, { slot: slot + 1, int8: halfPixelCenters }] },
    { shape: [1, 1, input, 1] },
    { shape: [2], type: 'int32', data: Int32Array.of(1, output) },
    { shape: [1, 1, output, 1] },
  );

// Expected numbers by TFLite's kernels: reference_ops::ResizeBilinear and ResizeNearestNeighbor.
describe('RESIZE_BILINEAR', () => {
  test.each([
    ['by default', {}, [0, 4, 8, 8]],
    ['with half-pixel centers', { halfPixelCenters: 1 }, [0, 2, 6, 8]],
    ['with aligned corners', { alignCorners: 1 }, [0, 8 / 3, 16 / 3, 8]],
  ])('%s', (_, flags, expected) => {
    expect([...runTflite(resize(bilinear, 2, 4, flags), [0, 8]).data]).toEqual(expected.map(Math.fround));
  });
});

describe('RESIZE_NEAREST_NEIGHBOR', () => {
  test.each([
    ['by default', {}, [1, 1, 2, 2, 3]],
    ['with half-pixel centers', { halfPixelCenters: 1 }, [1, 1, 2, 3, 3]],
    ['with aligned corners', { alignCorners: 1 }, [1, 2, 2, 3, 3]],
  ])('%s', (_, flags, expected) => {
    expect([...runTflite(resize(nearest, 3, 5, flags), [1, 2, 3]).data]).toEqual(expected);
  });
});

test('flags that exclude each other, and sizes that cannot be, are refused', () => {
  const both = resize(nearest, 2, 3, { alignCorners: 1, halfPixelCenters: 1 });
  expect(() => readTflite(tfliteFile(both))).toThrow(
    'TFLite operator 0 RESIZE_NEAREST_NEIGHBOR "t2": aligns corners',
  );
  expect(() => readTflite(tfliteFile(resize(bilinear, 2, 0)))).toThrow(
    'the size must be two numbers of at least 1, not 1, 0',
  );
});
