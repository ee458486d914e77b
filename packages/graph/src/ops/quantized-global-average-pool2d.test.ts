import { expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';

it('quantized-global-average-pool2d gives one pixel', () => {
  const image = bytes('uint8', [2, 7, 7, 5]);
  expect(inferTypesOf('quantized-global-average-pool2d', { output }, [image])).toEqual(
    outputType([2, 1, 1, 5]),
  );
  expect(() => inferTypesOf('quantized-global-average-pool2d', { output }, [bytes('uint8', [2, 5])])).toThrow(
    'of 4 dimensions, not 2×5 of 2',
  );
});
