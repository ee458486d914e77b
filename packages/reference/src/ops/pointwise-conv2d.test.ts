import { createRandom, float32Tensor, randomTensor, reshapeTensor, zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

describe('pointwise-conv2d', () => {
  it('multiplies every pixel by the matrix', () => {
    // Pixels (1, 2) and (3, 4), matrix rows (1, 10, 100) and (2, 20, 200).
    const output = runOp('pointwise-conv2d', {}, [
      float32Tensor([1, 1, 2, 2], [1, 2, 3, 4]),
      float32Tensor([1, 1, 2, 3], [1, 10, 100, 2, 20, 200]),
      float32Tensor([3], [0, 1, 2]),
    ]);
    expect(valuesOf(output)).toEqual([5, 51, 502, 11, 111, 1102]);
  });

  it('is a dense layer on each pixel, and a 1×1 convolution', () => {
    const random = createRandom(2);
    const input = randomTensor([2, 3, 5, 7], random);
    const weight = randomTensor([1, 1, 7, 4], random);
    const bias = randomTensor([4], random);
    const output = runOp('pointwise-conv2d', {}, [input, weight, bias]);
    const rows = runOp('dense', {}, [reshapeTensor(input, [30, 7]), reshapeTensor(weight, [7, 4]), bias]);
    expect(reshapeTensor(rows, [2, 3, 5, 4])).toEqual(output);
    expect(runOp('conv2d', { ...plainWindow, groups: 1 }, [input, weight, bias])).toEqual(output);
  });

  it('counts C_in multiply-adds per output', () => {
    const counter = createMacCounter();
    runOp('pointwise-conv2d', {}, [zeros('float32', [2, 3, 5, 7]), zeros('float32', [1, 1, 7, 4])], counter);
    expect(counter.total).toBe(2 * 3 * 5 * 7 * 4);
  });
});
