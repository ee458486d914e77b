import { createRandom, float32Tensor, randomTensor, type Tensor, zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

const attributes = {
  strides: [2, 1],
  dilations: [1, 2],
  padding: { top: 1, bottom: 0, left: 2, right: 1 },
} as const;

/** `[K_h, K_w, C, M]` as the weight `[K_h, K_w, 1, C·M]` of a convolution with C groups: the same numbers in the same order. */
function asGrouped({ shape, data }: Tensor<'float32'>): Tensor<'float32'> {
  const [height, width, channels, multiplier] = shape as readonly [number, number, number, number];
  return float32Tensor([height, width, 1, channels * multiplier], data);
}

/** `[K_h, K_w, C, M]` as a full `[K_h, K_w, C, C·M]`, zero wherever input and output channel differ. */
function asDiagonal({ shape, data }: Tensor<'float32'>): Tensor<'float32'> {
  const [height, width, channels, multiplier] = shape as readonly [number, number, number, number];
  const outputs = channels * multiplier;
  const full = zeros('float32', [height, width, channels, outputs]);
  for (let tap = 0; tap < height * width; tap++) {
    for (let c = 0; c < channels; c++) {
      for (let m = 0; m < multiplier; m++) {
        full.data[(tap * channels + c) * outputs + c * multiplier + m] = data[
          (tap * channels + c) * multiplier + m
        ] as number;
      }
    }
  }
  return full;
}

describe('depthwise-conv2d', () => {
  it('gives every channel its own filter', () => {
    // Two channels on a row of two pixels: (1, 10), (2, 20); filters (1, 2) and (3, 4).
    const output = runOp('depthwise-conv2d', plainWindow, [
      float32Tensor([1, 1, 2, 2], [1, 10, 2, 20]),
      float32Tensor([1, 2, 2, 1], [1, 3, 2, 4]),
      float32Tensor([2], [0.5, 0.25]),
    ]);
    // 1·1 + 2·2 + 0.5 and 10·3 + 20·4 + 0.25
    expect(valuesOf(output)).toEqual([5.5, 110.25]);
  });

  it('orders the outputs of a channel multiplier c·M + m', () => {
    const output = runOp('depthwise-conv2d', plainWindow, [
      float32Tensor([1, 1, 1, 2], [1, 10]),
      float32Tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
    ]);
    expect(output.shape).toEqual([1, 1, 1, 6]);
    expect(valuesOf(output)).toEqual([1, 2, 3, 40, 50, 60]);
  });

  it('is the convolution with as many groups as channels, and the one with a diagonal weight', () => {
    const random = createRandom(1);
    const input = randomTensor([2, 5, 7, 3], random);
    const weight = randomTensor([3, 2, 3, 2], random);
    const bias = randomTensor([6], random);
    const output = runOp('depthwise-conv2d', attributes, [input, weight, bias]);
    // Equal to the last bit: the same products in the same order, and adding exact zeros changes nothing.
    expect(runOp('conv2d', { ...attributes, groups: 3 }, [input, asGrouped(weight), bias])).toEqual(output);
    expect(runOp('conv2d', { ...attributes, groups: 1 }, [input, asDiagonal(weight), bias])).toEqual(output);
  });

  it('does not let one channel see another, not even its NaN', () => {
    const output = runOp('depthwise-conv2d', plainWindow, [
      float32Tensor([1, 1, 1, 3], [1, NaN, -Infinity]),
      float32Tensor([1, 1, 3, 1], [2, 2, 2]),
    ]);
    expect(valuesOf(output)).toEqual([2, NaN, -Infinity]);
  });

  it('counts every tap of every output, the padding included', () => {
    const counter = createMacCounter();
    runOp(
      'depthwise-conv2d',
      attributes,
      [zeros('float32', [2, 5, 7, 3]), zeros('float32', [3, 2, 3, 2])],
      counter,
    );
    // Height ⌊(5 + 1 − 3) / 2⌋ + 1 = 2, width 7 + 3 − 3 + 1 = 8, 3·2 channels, 6 taps, batch 2.
    expect(counter.total).toBe(2 * 2 * 8 * 6 * 6);
  });
});
