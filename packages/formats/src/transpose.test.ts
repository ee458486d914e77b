import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { copyStrided, transposeTensor } from './transpose.js';

const copied = (shape: number[], steps: number[], start: number): number[] => {
  const target = new Float64Array(shape.reduce((product, dimension) => product * dimension, 1));
  copyStrided([10, 11, 12, 13, 14, 15], target, shape, steps, start);
  return [...target];
};

describe('copyStrided', () => {
  test('copies at regular places, forwards, backwards and repeatedly', () => {
    expect(copied([2, 3], [3, 1], 0)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(copied([3, 2], [1, 3], 0)).toEqual([10, 13, 11, 14, 12, 15]);
    expect(copied([3], [-2], 5)).toEqual([15, 13, 11]);
    expect(copied([2, 2], [0, 1], 2)).toEqual([12, 13, 12, 13]);
    expect(copied([], [], 4)).toEqual([14]);
    expect(copied([2, 0, 2 ** 30], [1, 1, 1], 0)).toEqual([]);
  });
});

test('transposeTensor puts the named dimensions in order', () => {
  const tensor = float32Tensor([2, 3, 1], [1, 2, 3, 4, 5, 6]);
  expect(transposeTensor(tensor, [1, 2, 0])).toEqual(float32Tensor([3, 1, 2], [1, 4, 2, 5, 3, 6]));
});
