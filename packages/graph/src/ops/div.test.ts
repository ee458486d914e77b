import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('div', () => {
  it.each([
    [[2, 5, 7, 3], [3]],
    [
      [2, 5, 7, 3],
      [2, 1, 1, 3],
    ],
    [[2, 2], []],
  ])('stretches %j and %j to the first', (a, b) => {
    expect(inferShape('div', {}, a, b)).toEqual(a);
    expect(inferShape('div', {}, b, a)).toEqual(a);
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferShape('div', {}, [2, 3], [2, 4])).toThrow(
      'div "node": the inputs are 2×3 and 2×4, but dimension 1 is 3 in one and 4 in the other',
    );
  });
});
