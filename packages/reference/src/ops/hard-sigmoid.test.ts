import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('hard-sigmoid', () => {
  it('is a clamped line', () => {
    const v3 = { slope: 1 / 6, offset: 0.5 };
    expect(apply('hard-sigmoid', v3, -4, -3, 0, 1.5, 3, 4, NaN)).toEqual([0, 0, 0.5, 0.75, 1, 1, NaN]);
  });

  it('takes the slope of ONNX, and infinities', () => {
    const onnx = { slope: 0.2, offset: 0.5 };
    expect(apply('hard-sigmoid', onnx, 1, -Infinity, Infinity)).toEqual([Math.fround(0.7), 0, 1]);
  });
});
