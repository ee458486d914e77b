import { createRandom, createTensor, float32Tensor, randomTensor } from '@sepconv/tensor';
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

describe('average-pool2d', () => {
  it('takes the mean of every window', () => {
    const output = runOp('average-pool2d', { ...plainWindow, window, countIncludePadding: false }, [image]);
    expect(valuesOf(output)).toEqual([3, 4, 6, 7]);
  });

  it('divides by the pixels in the image, or by all of the window', () => {
    // Windows (1), (2 3), (4 7), (5 6 8 9).
    const inside = runOp('average-pool2d', { ...padded, countIncludePadding: false }, [image]);
    expect(valuesOf(inside)).toEqual([1, 2.5, 5.5, 7]);
    const all = runOp('average-pool2d', { ...padded, countIncludePadding: true }, [image]);
    expect(valuesOf(all)).toEqual([0.25, 1.25, 2.75, 7]);
  });

  it('rounds the mean of stored integers, halves away from zero', () => {
    const quantization = { scale: [0.5], zeroPoint: [3] };
    const bytes = createTensor('int8', [1, 1, 5, 1], Int8Array.of(1, 2, -5, -4, 127), quantization);
    const padding = { top: 1, bottom: 0, left: 0, right: 0 };
    const attributes = { ...plainWindow, window: [1, 2], padding, countIncludePadding: false } as const;
    // Windows of nothing, then 3/2, −3/2, −9/2, 123/2.
    const output = runOp('average-pool2d', attributes, [bytes]);
    expect(valuesOf(output)).toEqual([0, 0, 0, 0, 2, -2, -5, 62]);
    expect(output.quantization).toEqual(quantization);
  });

  it('has no mean where no pixel is', () => {
    const padding = { top: 2, bottom: 0, left: 0, right: 0 };
    const attributes = { ...plainWindow, window: [2, 3], padding } as const;
    const inside = runOp('average-pool2d', { ...attributes, countIncludePadding: false }, [image]);
    expect(valuesOf(inside)).toEqual([NaN, 2, 3.5, 6.5]);
    const all = runOp('average-pool2d', { ...attributes, countIncludePadding: true }, [image]);
    expect(valuesOf(all)).toEqual([0, 1, 3.5, 6.5]);
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
      countIncludePadding: false,
    } as const;
    const output = valuesOf(runOp('average-pool2d', attributes, [input]));
    for (const channel of [0, 1, 2]) {
      const windows = windowsOf(input, size, stride, border, channel);
      expect(output.filter((_, index) => index % 3 === channel)).toEqual(
        windows.map((taps) => Math.fround(taps.reduce((sum, tap) => sum + tap, 0) / taps.length)),
      );
    }
  });
});
