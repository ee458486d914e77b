import { float32Tensor, reshapeTensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

// 1 2 3
// 4 5 6
// 7 8 9
const image = float32Tensor([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
// 1  10
// 100 1000: the decimal digits of an output are the pixels under the taps
const digits = float32Tensor([2, 2, 1, 1], [1, 10, 100, 1000]);

describe('conv2d', () => {
  it('correlates, it does not flip the kernel', () => {
    const output = runOp('conv2d', { ...plainWindow, groups: 1 }, [image, digits]);
    expect(output.shape).toEqual([1, 2, 2, 1]);
    expect(valuesOf(output)).toEqual([5421, 6532, 8754, 9865]);
  });

  it('adds one bias per output channel', () => {
    // Two filters on one pixel of value 2: 2·3 + 0.5 and 2·(−1) + 10.
    const output = runOp('conv2d', { ...plainWindow, groups: 1 }, [
      float32Tensor([1, 1, 1, 1], [2]),
      float32Tensor([1, 1, 1, 2], [3, -1]),
      float32Tensor([2], [0.5, 10]),
    ]);
    expect(valuesOf(output)).toEqual([6.5, 8]);
  });

  it('reads zeros in an asymmetric padding', () => {
    // One row of zeros on top and one column on the right; the four windows of the first output row lie over
    // (0 0 / 1 2), (0 0 / 2 3), (0 0 / 3 0).
    const padding = { top: 1, bottom: 0, left: 0, right: 1 };
    const output = runOp('conv2d', { ...plainWindow, padding, groups: 1 }, [image, digits]);
    expect(output.shape).toEqual([1, 3, 3, 1]);
    expect(valuesOf(output)).toEqual([2100, 3200, 300, 5421, 6532, 603, 8754, 9865, 906]);
  });

  it('steps by the stride of each axis', () => {
    const output = runOp('conv2d', { ...plainWindow, strides: [1, 2], groups: 1 }, [image, digits]);
    expect(output.shape).toEqual([1, 2, 1, 1]);
    expect(valuesOf(output)).toEqual([5421, 8754]);
  });

  it('spreads its taps by the dilation of each axis', () => {
    // Dilation 2 in both: the corners 1, 3, 7, 9. Dilation 1 and 2: 1, 3, 4, 6 and 4, 6, 7, 9.
    const both = runOp('conv2d', { ...plainWindow, dilations: [2, 2], groups: 1 }, [image, digits]);
    expect(valuesOf(both)).toEqual([9731]);
    const columns = runOp('conv2d', { ...plainWindow, dilations: [1, 2], groups: 1 }, [image, digits]);
    expect(valuesOf(columns)).toEqual([6431, 9764]);
  });

  it('keeps the channels of a group among themselves', () => {
    // Channels 1, 2, 3, 4 in two groups, one filter each: 1·1 + 2·10 and 3·100 + 4·1000.
    const output = runOp('conv2d', { ...plainWindow, groups: 2 }, [
      float32Tensor([1, 1, 1, 4], [1, 2, 3, 4]),
      float32Tensor([1, 1, 2, 2], [1, 100, 10, 1000]),
    ]);
    expect(valuesOf(output)).toEqual([21, 4300]);
  });

  it('keeps the images of a batch apart', () => {
    const batch = reshapeTensor(image, [3, 1, 3, 1]);
    const output = runOp('conv2d', { ...plainWindow, groups: 1 }, [
      batch,
      float32Tensor([1, 3, 1, 1], [1, 10, 100]),
    ]);
    expect(valuesOf(output)).toEqual([321, 654, 987]);
  });

  it('rounds once: the sum of 2²⁴, 1 and 1 is exact, where float32 accumulation loses both ones', () => {
    const output = runOp('conv2d', { ...plainWindow, groups: 1 }, [
      float32Tensor([1, 1, 1, 3], [2 ** 24, 1, 1]),
      float32Tensor([1, 1, 3, 1], [1, 1, 1]),
    ]);
    expect(valuesOf(output)).toEqual([2 ** 24 + 2]);
  });

  it('multiplies in the padding too: an infinite weight there gives NaN', () => {
    const output = runOp(
      'conv2d',
      { ...plainWindow, padding: { top: 0, bottom: 0, left: 1, right: 0 }, groups: 1 },
      [float32Tensor([1, 1, 2, 1], [1, 1]), float32Tensor([1, 2, 1, 1], [Infinity, 1])],
    );
    expect(valuesOf(output)).toEqual([NaN, Infinity]);
  });

  it('passes NaN and infinities on', () => {
    const weight = float32Tensor([1, 2, 1, 1], [1, 1]);
    const input = float32Tensor([1, 1, 5, 1], [NaN, 1, Infinity, 2, -Infinity]);
    const output = runOp('conv2d', { ...plainWindow, groups: 1 }, [input, weight]);
    expect(valuesOf(output)).toEqual([NaN, Infinity, Infinity, -Infinity]);
  });

  it('counts every tap of every output, the padding included', () => {
    const counter = createMacCounter();
    const padding = { top: 1, bottom: 1, left: 1, right: 1 };
    runOp('conv2d', { ...plainWindow, padding, groups: 1 }, [image, digits], counter);
    // 4×4 outputs, 2×2 taps.
    expect(counter.total).toBe(64);
  });
});
