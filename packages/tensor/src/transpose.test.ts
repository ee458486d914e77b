import { describe, expect, test } from 'vitest';
import { realNumbers } from './convert.js';
import { createTensor, float32Tensor } from './tensor.js';
import { copyStrided, deferFloat32, deferTranspose, reshapeTensor, transposeTensor } from './transpose.js';

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

describe('tensors that are made when they are read', () => {
  const stored = createTensor('int8', [2, 1, 3], Int8Array.of(1, 2, 3, 4, 5, 6), {
    scale: [1, 10],
    zeroPoint: [0, 1],
    axis: 0,
  });

  test('have the numbers of what they are made of, however they are put together', () => {
    const real = deferFloat32(stored);
    const turned = deferTranspose(real, [2, 1, 0]);
    expect(turned.shape).toEqual([3, 1, 2]);
    expect([...turned.data]).toEqual([1, 30, 2, 40, 3, 50]);
    expect(deferTranspose(turned, [1, 0, 2]).origin).toEqual({ from: stored, permutation: [1, 2, 0] });
    const reshaped = reshapeTensor(turned, [2, 1, 3]);
    expect([...reshaped.data]).toEqual([1, 30, 2, 40, 3, 50]);
    expect([...deferTranspose(reshaped, [2, 0, 1]).data]).toEqual([1, 40, 30, 3, 2, 50]);
    expect([...deferTranspose(stored, [2, 0, 1]).data]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(deferTranspose(stored, [2, 0, 1]).quantization?.axis).toBe(1);
  });

  test('are read once, and a copy of them is a plain tensor', () => {
    const turned = deferTranspose(deferFloat32(stored), [2, 1, 0]);
    expect(turned.data).toBe(turned.data);
    expect({ ...turned }.origin).toBeUndefined();
    expect(structuredClone(turned)).toEqual({ dtype: 'float32', shape: [3, 1, 2], data: turned.data });
  });

  test('have a part that can be read by itself', () => {
    expect([...realNumbers(deferFloat32(stored), 2, 2)]).toEqual([3, 30]);
    expect([...realNumbers(deferTranspose(deferFloat32(stored), [2, 1, 0]), 1, 2)]).toEqual([30, 2]);
  });

  test('keep their number of elements', () => {
    expect(() => reshapeTensor(deferFloat32(stored), [5])).toThrow('number of elements');
  });
});
