import { createRandom, float32Tensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

const plain = { ...plainWindow, groups: 1, outputPadding: [0, 0] } as const;
const row = (...values: number[]) => float32Tensor([1, 1, values.length, 1], values);
const weightRow = (...values: number[]) => float32Tensor([1, values.length, 1, 1], values);

describe('conv-transpose2d', () => {
  it('adds up windows that overlap', () => {
    // 1·(1 2 3) at 0 and 10·(1 2 3) at 1.
    expect(valuesOf(runOp('conv-transpose2d', plain, [row(1, 10), weightRow(1, 2, 3)]))).toEqual([
      1, 12, 23, 30,
    ]);
  });

  it('spreads windows by the stride, and taps by the dilation', () => {
    const apart = { ...plain, strides: [1, 3] } as const;
    expect(valuesOf(runOp('conv-transpose2d', apart, [row(1, 10), weightRow(1, 2)]))).toEqual([
      1, 2, 0, 10, 20,
    ]);
    const dilated = { ...plain, dilations: [1, 2] } as const;
    expect(valuesOf(runOp('conv-transpose2d', dilated, [row(1, 10), weightRow(1, 2)]))).toEqual([
      1, 10, 2, 20,
    ]);
  });

  it('cuts off its padding, adds output padding, and the bias everywhere', () => {
    const attributes = {
      ...plain,
      strides: [1, 3],
      padding: { top: 0, bottom: 0, left: 1, right: 0 },
      outputPadding: [0, 2],
    } as const;
    const bias = float32Tensor([1], [100]);
    expect(valuesOf(runOp('conv-transpose2d', attributes, [row(1, 10), weightRow(1, 2), bias]))).toEqual([
      102, 100, 110, 120, 100, 100,
    ]);
  });

  it('keeps groups apart', () => {
    const input = float32Tensor([1, 1, 1, 4], [1, 2, 3, 4]);
    const weight = float32Tensor([1, 1, 2, 2], [1, 10, 100, 1000]);
    expect(valuesOf(runOp('conv-transpose2d', { ...plain, groups: 2 }, [input, weight]))).toEqual([
      201, 4030,
    ]);
  });

  it('is the transpose of a convolution: Σ conv(a)·b = Σ a·transposed(b)', () => {
    const window = {
      strides: [2, 1],
      dilations: [1, 2],
      padding: { top: 1, bottom: 0, left: 1, right: 2 },
    } as const;
    const random = createRandom(1);
    const a = randomTensor([1, 6, 7, 3], random);
    const weight = randomTensor([3, 2, 3, 4], random);
    const image = runOp('conv2d', { ...window, groups: 1 }, [a, weight]);
    const b = randomTensor(image.shape, random);
    // Input and output channels change places.
    const turned = runOp('transpose', { permutation: [0, 1, 3, 2] }, [weight]);
    const back = runOp('conv-transpose2d', { ...window, groups: 1, outputPadding: [0, 0] }, [b, turned]);
    expect(back.shape).toEqual(a.shape);
    const dot = (p: Tensor, q: Tensor): number =>
      valuesOf(p).reduce((sum, value, index) => sum + value * q.data[index]!, 0);
    expect(dot(image, b)).toBeCloseTo(dot(a, back), 4);
  });
});
