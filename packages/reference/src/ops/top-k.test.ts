import { float32Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

test('positions of the largest numbers, the earlier of equal ones first, and of NaN none', () => {
  const rows = float32Tensor([3, 4], [1, 3, 3, 2, -Infinity, Infinity, -1, -Infinity, NaN, 5, NaN, NaN]);
  const out = runOp('top-k', { count: 3 }, [rows]);
  expect(out.shape).toEqual([3, 3]);
  expect(valuesOf(out)).toEqual([1, 2, 3, 1, 2, 0, 1, 0, 0]);
});
