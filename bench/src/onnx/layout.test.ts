import { float32Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { channelsFirst, transpose } from './layout.ts';

test('transpose moves dimensions', () => {
  const matrix = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
  const { shape, data } = transpose(matrix, [1, 0]);
  expect(shape).toEqual([3, 2]);
  expect([...data]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('channelsFirst takes one channel after the other', () => {
  const image = float32Tensor([1, 2, 2, 3], [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400]);
  expect([...channelsFirst(image)]).toEqual([1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400]);
});
