import { initializeWeights } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { buildNetwork, networkEntry, networkNames } from './registry.js';

const thin = { width: 0.25 };

test.each(networkNames)('%s runs: seeded weights and a 32×32 image give probabilities', (name) => {
  const isScalable = 'width' in networkEntry(name).options;
  const graph = buildNetwork(name, { resolution: 32, classes: 10, batch: 2, ...(isScalable && thin) });
  const weights = initializeWeights(graph, 7);
  const images = randomTensor([2, 32, 32, 3], createRandom(8));
  const [probabilities] = [...runReference({ graph, weights }, images).values()];
  expect(probabilities?.shape).toEqual([2, 10]);
  for (const row of [0, 1]) {
    const values = [...(probabilities?.data ?? [])].slice(row * 10, row * 10 + 10);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    // A network that lost its input on the way would answer the same for both images.
    expect(new Set(values).size).toBeGreaterThan(1);
  }
  const [first, second] = [0, 1].map((row) => probabilities?.data.slice(row * 10, row * 10 + 10));
  expect(first).not.toEqual(second);
});
