import { createRandom, float32Tensor, randomTensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { plainWindow, runOp, valuesOf, windowsOf } from '../testing/run-op.js';

const image = float32Tensor([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
const window = [2, 2] as const;
const padded = {
  ...plainWindow,
  window,
  strides: [2, 2],
  padding: { top: 1, bottom: 0, left: 1, right: 0 },
} as const;

describe('max-pool2d', () => {
  it('takes the largest of every window', () => {
    expect(valuesOf(runOp('max-pool2d', { ...plainWindow, window }, [image]))).toEqual([5, 6, 8, 9]);
    expect(valuesOf(runOp('max-pool2d', padded, [image]))).toEqual([1, 3, 7, 9]);
  });

  it('reaches over the gaps of a dilation', () => {
    expect(valuesOf(runOp('max-pool2d', { ...plainWindow, window, dilations: [2, 2] }, [image]))).toEqual([
      9,
    ]);
  });

  it('never lets the padding win, not even over negative numbers', () => {
    const negative = float32Tensor([1, 1, 1, 1], [-5]);
    const attributes = { ...plainWindow, window, padding: { top: 1, bottom: 1, left: 1, right: 1 } };
    expect(valuesOf(runOp('max-pool2d', attributes, [negative]))).toEqual([-5, -5, -5, -5]);
  });

  it('gives −∞ for a window that lies wholly in the padding', () => {
    const attributes = {
      ...plainWindow,
      window: [1, 1],
      padding: { top: 1, bottom: 0, left: 0, right: 0 },
    } as const;
    expect(valuesOf(runOp('max-pool2d', attributes, [float32Tensor([1, 1, 1, 1], [2])]))).toEqual([
      -Infinity,
      2,
    ]);
  });

  it('lets NaN win, wherever in the window it stands', () => {
    const row = float32Tensor([1, 1, 5, 1], [NaN, 1, Infinity, NaN, 0]);
    const attributes = { ...plainWindow, window: [1, 2] } as const;
    expect(valuesOf(runOp('max-pool2d', attributes, [row]))).toEqual([NaN, Infinity, NaN, NaN]);
  });

  it.each([
    { size: 2, stride: 1, border: 0 },
    { size: 3, stride: 2, border: 1 },
    { size: 2, stride: 3, border: 1 },
    { size: 5, stride: 1, border: 2 },
  ])('agrees with gathered windows: %o', ({ size, stride, border }) => {
    const input = randomTensor([1, 6, 7, 3], createRandom(size));
    const padding = { top: border, bottom: border, left: border, right: border };
    const attributes = {
      window: [size, size],
      strides: [stride, stride],
      dilations: [1, 1],
      padding,
    } as const;
    const output = valuesOf(runOp('max-pool2d', attributes, [input]));
    for (const channel of [0, 1, 2]) {
      const windows = windowsOf(input, size, stride, border, channel);
      expect(output.filter((_, index) => index % 3 === channel)).toEqual(
        windows.map((taps) => Math.max(...taps)),
      );
    }
  });
});
