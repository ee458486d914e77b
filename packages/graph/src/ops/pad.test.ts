import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('pad', () => {
  it('adds to every dimension', () => {
    const attributes = { before: [0, 1, 2, 0], after: [0, 3, 0, 5], value: 0 };
    expect(inferShape('pad', attributes, [1, 5, 7, 2])).toEqual([1, 9, 9, 7]);
  });

  it('needs a number for every dimension', () => {
    expect(() => inferShape('pad', { before: [1], after: [1, 2], value: 0 }, [5, 7])).toThrow(
      'pad "node": needs 2 numbers before and after, one per dimension, not 1 and 2',
    );
  });

  it('does not cut', () => {
    expect(() => inferShape('pad', { before: [0, -1], after: [0, 0], value: 0 }, [5, 7])).toThrow(
      'before[1] must be an integer of at least 0, not -1',
    );
    expect(() => inferShape('pad', { before: [0, 0], after: [0.5, 0], value: 0 }, [5, 7])).toThrow(
      'after[0]',
    );
  });

  it('needs a value that JSON keeps', () => {
    expect(() => inferShape('pad', { before: [0], after: [1], value: -Infinity }, [5])).toThrow(
      'the value must be a finite number, not -Infinity',
    );
  });
});
