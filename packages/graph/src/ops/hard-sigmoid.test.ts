import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('hard-sigmoid', () => {
  it('keeps the shape', () => {
    expect(inferShape('hard-sigmoid', { slope: 1 / 6, offset: 0.5 }, [2, 3])).toEqual([2, 3]);
  });

  it('needs two finite numbers', () => {
    expect(() => inferShape('hard-sigmoid', { slope: NaN, offset: 0.5 }, [2])).toThrow(
      'hard-sigmoid "node": the slope must be a finite number, not NaN',
    );
    expect(() => inferShape('hard-sigmoid', { slope: 1 } as never, [2])).toThrow(
      'the offset must be a finite number, not undefined',
    );
  });
});
