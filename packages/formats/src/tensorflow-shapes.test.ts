import { expect, test } from 'vitest';
import { paddingAmounts } from './tensorflow-shapes.js';

test('amounts of padding, of which none is negative', () => {
  expect(paddingAmounts([0, 1, 2, 3], [4, 5])).toEqual({ before: [0, 2], after: [1, 3] });
  expect(() => paddingAmounts([0, -1, 0, 0], [4, 5])).toThrow(
    'pads by -1; amounts of at least 0 can be read',
  );
});
