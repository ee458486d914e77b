import { expect, test } from 'vitest';
import { transposedCut } from './convolution.js';

test.each([
  ['SAME cuts off the larger half behind', 7, 4, true, { before: 1, after: 2, added: 0 }],
  ['VALID cuts off behind', 7, 4, false, { before: 0, after: 3, added: 0 }],
  ['what fits stays', 4, 4, true, { before: 0, after: 0, added: 0 }],
  ['SAME adds behind', 4, 6, true, { before: 0, after: 0, added: 2 }],
  ['VALID adds behind', 4, 6, false, { before: 0, after: 0, added: 2 }],
])('%s', (_, whole, size, isSame, cut) => {
  expect(transposedCut(whole, size, isSame)).toEqual(cut);
});
