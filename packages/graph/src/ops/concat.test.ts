import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('concat', () => {
  it('adds up along its axis', () => {
    expect(inferShape('concat', { axis: 3 }, [1, 5, 7, 2], [1, 5, 7, 3], [1, 5, 7, 1])).toEqual([1, 5, 7, 6]);
    expect(inferShape('concat', { axis: 0 }, [4], [5])).toEqual([9]);
    expect(inferShape('concat', { axis: 1 }, [4, 2])).toEqual([4, 2]);
  });

  it('names the input that does not fit', () => {
    expect(() => inferShape('concat', { axis: 2 }, [5, 7, 2], [5, 7, 3], [5, 6, 1])).toThrow(
      'concat "node": input 2 is float32 5×6×1, but input 0 is float32 5×7×2: only dimension 2 may differ',
    );
    expect(() => inferShape('concat', { axis: 1 }, [5, 7], [5, 7, 1])).toThrow('input 1 is float32 5×7×1');
    const types = [
      { shape: [2], dtype: 'float32' },
      { shape: [2], dtype: 'int8' },
    ] as const;
    expect(() => inferTypesOf('concat', { axis: 0 }, types)).toThrow(
      'input 1 is int8 2, but input 0 is float32 2',
    );
  });

  it.each([2, -1, 0.5])('refuses the axis %s', (axis) => {
    expect(() => inferShape('concat', { axis }, [5, 7])).toThrow(
      `axis must be an integer from 0 to 1, not ${axis}`,
    );
  });

  it('needs an input', () => {
    expect(() => inferShape('concat', { axis: 0 })).toThrow('needs at least 1 inputs, but has 0');
  });
});
