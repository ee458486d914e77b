import { describe, expect, test } from 'vitest';
import { blockCurve } from '../src/islands/block-function/curve.js';

describe('BatchNorm and ReLU6 in the lesson', () => {
  const curve = blockCurve({ scale: 2, shift: 1, mean: 3, variance: 4 });

  test('the folded convolution has the weight and the bias of the formula', () => {
    const factor = 2 / Math.sqrt(4 + 0.001);
    expect(curve.folded.weight).toBeCloseTo(factor, 6);
    expect(curve.folded.bias).toBeCloseTo(1 - 3 * factor, 6);
  });

  test('and gives the same curve, up to rounding', () => expect(curve.difference).toBeLessThan(1e-5));

  test('which ReLU6 clips to 0 and 6', () => {
    curve.clipped.forEach((value, index) => {
      expect(value).toBe(Math.min(Math.max(curve.normalized[index]!, 0), 6));
    });
  });
});
