import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('elu', () => {
  it('keeps the shape', () => {
    expect(inferShape('elu', { alpha: 1 }, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
  });

  it('needs a finite alpha', () => {
    expect(() => inferShape('elu', {} as never, [2])).toThrow(
      'elu "node": alpha must be a finite number, not undefined',
    );
  });
});
