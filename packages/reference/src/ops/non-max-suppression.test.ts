import { float32Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

test('boxes of one class, of which two overlap by a third', () => {
  const boxes = float32Tensor([3, 4], [0, 0, 2, 2, 0, 1, 2, 3, 5, 5, 6, 6]);
  const scores = float32Tensor([3, 1], [0.5, 1, 0.25]);
  const kept = (mostOverlap: number): number[] =>
    valuesOf(
      runOp('non-max-suppression', { count: 3, perClass: 3, leastScore: 0.25, mostOverlap, order: 'score' }, [
        boxes,
        scores,
      ]),
    );
  expect(kept(0.3)).toEqual([1, 0, 1, 2, 0, 0.25, -1, -1, 0]);
  expect(kept(0.34)).toEqual([1, 0, 1, 0, 0, 0.5, 2, 0, 0.25]);
});
