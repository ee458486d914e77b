import { filled, float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { withBatchSize } from './batch-size.js';
import { clipGradients } from './clip-gradients.js';
import { digitNetwork } from './digit-network.js';
import { initialWeights } from './initial-weights.js';
import { averageWeights } from './weight-average.js';

const named = (...tensors: Tensor<'float32'>[]): Map<string, Tensor<'float32'>> =>
  new Map(tensors.map((tensor, i) => [`t${i}`, tensor]));

describe('clipping', () => {
  test('shortens all gradients by one factor', () => {
    const gradients = named(float32Tensor([2], [3, 0]), float32Tensor([1], [4]));
    expect(clipGradients(gradients, 1)).toBe(5);
    expect([...gradients.values()].flatMap(({ data }) => [...data]).map((x) => x.toFixed(6))).toEqual([
      '0.600000',
      '0.000000',
      '0.800000',
    ]);
  });

  test('leaves short ones as they are', () => {
    const gradients = named(float32Tensor([1], [0.5]));
    expect(clipGradients(gradients, 1)).toBe(0.5);
    expect(gradients.get('t0')!.data[0]).toBe(0.5);
  });

  test('a gradient that is no number shows in the length', () => {
    expect(clipGradients(named(float32Tensor([1], [NaN])), 1)).toBeNaN();
  });
});

test('an average follows the weights, at first quickly', () => {
  const parameters = named(filled('float32', [1], 0));
  const average = averageWeights(parameters, 0.5);
  parameters.get('t0')!.data[0] = 1;
  average.update();
  // The first update keeps a tenth of the past: (1 + 0) / (10 + 0).
  expect(average.values.get('t0')![0]).toBeCloseTo(0.9);
  for (let i = 0; i < 20; i++) average.update();
  expect(average.values.get('t0')![0]).toBeCloseTo(1);
});

describe('initial weights', () => {
  const graph = digitNetwork();
  const weights = initialWeights(graph, 1);
  const spread = (name: string): number => {
    const data = Array.from(weights.get(name)!.data);
    return data.reduce((sum, x) => sum + x * x, 0) / data.length;
  };

  test('have the variance 2 / fan-in', () => {
    expect(spread('block_4/pointwise/weight') * 64).toBeGreaterThan(1.8);
    expect(spread('block_4/pointwise/weight') * 64).toBeLessThan(2.2);
    expect(spread('block_4/depthwise/weight') * 9).toBeGreaterThan(1.6);
    expect(spread('block_4/depthwise/weight') * 9).toBeLessThan(2.4);
  });

  test('leave everything else neutral', () => {
    expect(weights.get('stem-norm/scale')!.data.every((x) => x === 1)).toBe(true);
    expect(weights.get('stem-norm/mean')!.data.every((x) => x === 0)).toBe(true);
    expect(weights.get('logits/bias')!.data.every((x) => x === 0)).toBe(true);
  });

  test('are the same for the same seed', () => {
    expect(initialWeights(graph, 1)).toEqual(weights);
    expect(initialWeights(graph, 2)).not.toEqual(weights);
  });
});

test('another batch size changes every input', () => {
  expect(withBatchSize(digitNetwork(), 16).inputs[0]!.shape).toEqual([16, 28, 28, 1]);
});
