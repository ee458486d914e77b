import { describe, expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';
import { requantizationRatios } from './quantized.js';

describe('requantize', () => {
  const infer = (requantize: 'float32' | 'fixed-point', scale: number) =>
    inferTypesOf('quantized-matmul', { output, requantize }, [
      bytes('uint8', [5, 3], scale),
      bytes('int8', [3, 2]),
    ]);

  it('is in fixed point, or in float32, where factors may be larger', () => {
    expect(infer('float32', 0.5)).toEqual(outputType([5, 2]));
    expect(infer('float32', 2 ** 40)).toEqual(outputType([5, 2]));
    expect(() => infer('fixed-point', 2 ** 40)).toThrow('a ratio of scales must be above 0 and below 2^30');
  });

  it('refuses what it does not know, and factors that float32 cannot hold', () => {
    expect(() => infer('exact' as never, 0.5)).toThrow(
      'quantized-matmul "node": requantize must be fixed-point or float32, not "exact"',
    );
    expect(() => infer('float32', 3e38)).toThrow(
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
