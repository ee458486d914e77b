import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('flatten', () => {
  it('gives [N, product of the rest]', () => {
    expect(inferShape('flatten', {}, [2, 5, 7, 3])).toEqual([2, 105]);
    expect(inferShape('flatten', {}, [2, 5])).toEqual([2, 5]);
    expect(inferShape('flatten', {}, [2])).toEqual([2, 1]);
  });

  it('refuses a scalar', () => {
    expect(() => inferShape('flatten', {}, [])).toThrow(
      'flatten "node": needs at least one dimension, but the input is a scalar',
    );
  });
});
