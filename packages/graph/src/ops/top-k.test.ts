import { expect, test } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

test('top-k takes no more than there are', () => {
  expect(inferShape('top-k', { count: 3 }, [2, 5])).toEqual([2, 3]);
  for (const count of [0, 6, 1.5])
    expect(() => inferShape('top-k', { count }, [2, 5])).toThrow(
      `takes the ${count} largest of each 5 numbers of 2×5`,
    );
  expect(() => inferShape('top-k', { count: 1 }, [])).toThrow('of each 0 numbers');
});
