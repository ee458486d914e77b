import { createRandom, float32Tensor, randomTensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

describe('separable-conv2d', () => {
  it('is a depthwise convolution followed by a pointwise one', () => {
    const random = createRandom(3);
    const attributes = {
      ...plainWindow,
      strides: [1, 2],
      padding: { top: 1, bottom: 1, left: 0, right: 1 },
    } as const;
    const input = randomTensor([2, 4, 5, 3], random);
    const depthwise = randomTensor([3, 3, 3, 2], random);
    const pointwise = randomTensor([1, 1, 6, 5], random);
    const bias = randomTensor([5], random);
    const counter = createMacCounter();
    const steps = runOp(
      'pointwise-conv2d',
      {},
      [runOp('depthwise-conv2d', attributes, [input, depthwise], counter), pointwise, bias],
      counter,
    );
    const once = createMacCounter();
    expect(runOp('separable-conv2d', attributes, [input, depthwise, pointwise, bias], once)).toEqual(steps);
    expect(once.total).toBe(counter.total);
  });

  it('rounds the depthwise result to float32', () => {
    // 1 + 2⁻²⁴ rounds to 1 in between, so that 2²⁴ times it minus 2²⁴ is 0 and not 1.
    const output = runOp('separable-conv2d', plainWindow, [
      float32Tensor([1, 1, 2, 1], [1, 2 ** -24]),
      float32Tensor([1, 2, 1, 1], [1, 1]),
      float32Tensor([1, 1, 1, 1], [2 ** 24]),
      float32Tensor([1], [-(2 ** 24)]),
    ]);
    expect(valuesOf(output)).toEqual([0]);
  });
});
