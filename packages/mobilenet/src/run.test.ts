import { initializeWeights } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { buildNetwork, type NetworkName, networkEntry, networkNames } from './registry.js';

/** The thinnest that a network comes in, of some. */
function thinnest(name: NetworkName): { width?: number } {
  const width = [0.25, 0.5].find((candidate) => networkEntry(name).options.width?.accepts(candidate));
  return width === undefined ? {} : { width };
}

/** Xception's 23 million weights take seconds on a busy machine. */
const timeout = 60_000;

test.each(networkNames)(
  '%s runs: seeded weights and two 32×32 images give probabilities',
  (name) => {
    const graph = buildNetwork(name, { resolution: 32, classes: 10, batch: 2, ...thinnest(name) });
    const weights = initializeWeights(graph, 7);
    const images = randomTensor([2, 32, 32, 3], createRandom(8));
    let logits: number[] = [];
    const outputs = runReference({ graph, weights }, images, {
      observe: ({ name }, [output]) => {
        if (name === 'head/logits') logits = [...(output?.data ?? [])];
      },
    });
    const probabilities = outputs.get('head/softmax');
    expect(probabilities?.shape).toEqual([2, 10]);
    for (const row of [0, 1]) {
      const values = [...(probabilities?.data ?? [])].slice(row * 10, row * 10 + 10);
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
    // A network that lost its image on the way would say the same of both. Untrained logits may be so far apart that
    // the probabilities are 0 and 1 for both, so the logits are compared.
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(logits.slice(0, 10)).not.toEqual(logits.slice(10));
  },
  timeout,
);
