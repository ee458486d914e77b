import { describe, expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';
import { requantizationRatios } from './quantized.js';

describe('requantization', () => {
  const infer = (scale: number) =>
    inferTypesOf('quantized-matmul', { output }, [bytes('uint8', [5, 3], scale), bytes('int8', [3, 2])]);

  it('refuses factors that float32 cannot hold', () => {
    expect(infer(2 ** 40)).toEqual(outputType([5, 2]));
    expect(() => infer(3e38)).toThrow(
      'a ratio of scales must be positive and finite in float32, not Infinity',
    );
  });

  it('rounds each step of a factor to float32', () => {
    expect(requantizationRatios(0.1, [0.3, 1], 0.7)).toEqual([
      Math.fround(Math.fround(Math.fround(0.1) * Math.fround(0.3)) / Math.fround(0.7)),
      Math.fround(Math.fround(0.1) / Math.fround(0.7)),
    ]);
  });
});
