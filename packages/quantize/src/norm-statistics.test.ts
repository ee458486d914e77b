import { batchNorm, conv2d, depthwiseConv2d, GraphBuilder } from '@sepconv/graph';
import { createRandom, createTensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { clippedMeans, normalRange, normStatistics } from './norm-statistics.js';
import { withWeights } from './testing/networks.js';

test('the mean of a clipped normal distribution is that of numbers drawn from it', () => {
  const random = createRandom(2);
  const statistics = { mean: Float64Array.of(-1, 0.5, 4), deviation: Float64Array.of(1, 2, 3) };
  for (const clamp of [
    { min: 0, max: Infinity },
    { min: 0, max: 6 },
    { min: -Infinity, max: Infinity },
  ]) {
    clippedMeans(statistics, clamp).forEach((mean, c) => {
      const count = 40_000;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const x = (statistics.mean[c] as number) + (statistics.deviation[c] as number) * random.normal();
        sum += Math.min(clamp.max, Math.max(clamp.min, x));
      }
      // Five standard errors of the drawn mean.
      expect(Math.abs(sum / count - mean)).toBeLessThan(
        (5 * (statistics.deviation[c] as number)) / Math.sqrt(count),
      );
    });
  }
  expect(
    clippedMeans({ mean: Float64Array.of(-2, 3), deviation: new Float64Array(2) }, { min: 0, max: 1 }),
  ).toEqual(Float64Array.of(0, 1));
});

test('a range reaches six deviations, within the clamp', () => {
  const statistics = { mean: Float64Array.of(0, 2), deviation: Float64Array.of(1, 0.5) };
  expect(normalRange(statistics, { min: -Infinity, max: Infinity })).toEqual({ min: -6, max: 6 });
  expect(normalRange(statistics, { min: 0, max: 5.5 })).toEqual({ min: 0, max: 5.5 });
});

test('are those of the norms that are folded, by the values that the layers give then', () => {
  const builder = new GraphBuilder('norms');
  const image = builder.input('image', [1, 4, 4, 2]);
  const first = batchNorm(builder, conv2d(builder, image, { name: 'conv', filters: 2, kernel: 3 }), {
    name: 'a',
  });
  const second = depthwiseConv2d(builder, first, { name: 'spatial', kernel: 3 });
  const network = withWeights(builder, [builder.node('relu', [second], {}, 'end')]);
  const weights = new Map(network.weights);
  weights.set('a/scale', createTensor('float32', [2], Float32Array.of(-3, 2)));
  weights.set('a/shift', createTensor('float32', [2], Float32Array.of(1, -1)));
  const statistics = normStatistics({ ...network, weights });
  expect([...statistics.keys()]).toEqual(['a']);
  expect(statistics.get('a')).toEqual({ mean: Float64Array.of(1, -1), deviation: Float64Array.of(3, 2) });
});
