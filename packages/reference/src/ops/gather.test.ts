import { float32Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const data = float32Tensor([2, 3, 2], [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);

test('indices count for all, or for each leading index by themselves', () => {
  const indices = float32Tensor([2, 2], [2, 0, -2, 9]);
  expect(valuesOf(runOp('gather', { axis: 1, batch: 1 }, [data, indices]))).toEqual([
    5, 6, 1, 2, 30, 40, 50, 60,
  ]);
  const out = runOp('gather', { axis: 1, batch: 0 }, [data, float32Tensor([2], [2, 0])]);
  expect(out.shape).toEqual([2, 2, 2]);
  expect(valuesOf(out)).toEqual([5, 6, 1, 2, 50, 60, 10, 20]);
  expect(valuesOf(runOp('gather', { axis: 2, batch: 0 }, [data, float32Tensor([], [1])]))).toEqual([
    2, 4, 6, 20, 40, 60,
  ]);
});
