import { createRandom } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decomposeConv2d } from './decompose-conv2d.js';
import { layerShapeOf, orders } from './layer-shape.js';
import { predict } from './predict.js';
import { rewriteNetwork } from './rewrite-network.js';
import { createCollector } from './samples.js';
import {
  convOf,
  type DrawnLayer,
  drawnLayer,
  imageFor,
  networkOf,
  outputOf,
  plainLayer,
} from './testing/layers.js';

/** The largest difference of what is predicted and what the two steps give in a network, in parts of the largest output. */
function largestDifference(drawn: DrawnLayer, order: (typeof orders)[number], rank: number): number {
  const network = networkOf(drawn);
  const node = convOf(network);
  const weight = network.weights.get('conv/weight')!;
  const bias = network.weights.get('conv/bias');
  const layer = layerShapeOf(weight.shape, drawn.groups, order);
  const options = { groups: drawn.groups, order, ...(bias && { bias }) };
  const decomposition = decomposeConv2d(weight, Math.min(rank, layer.exactRank), options);
  const image = imageFor(network, drawn.seed + 1);
  const output = outputOf(rewriteNetwork(network, [{ node, layer, decomposition }]), image);
  const collector = createCollector(node, layer);
  collector.add(image, output, Infinity, createRandom(1));
  const biases = decomposition.bias?.data ?? new Float32Array(layer.filters);
  const predicted = predict(layer, { ...decomposition, bias: biases }, collector.finish().windows.data);
  expect(predicted).toHaveLength(output.data.length);
  const largest = output.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    predicted.reduce((most, value, i) => Math.max(most, Math.abs(value - output.data[i]!)), 0) /
    (largest || 1)
  );
}

describe.each(orders)('what is predicted, %s', (order) => {
  it('is what the two steps give in a network', () => {
    fc.assert(
      fc.property(drawnLayer, fc.integer({ min: 1, max: 4 }), (drawn, rank) => {
        expect(largestDifference(drawn, order, rank)).toBeLessThan(1e-5);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([1, 2])('with more output channels than are held at once, in %d groups', (groups) => {
    const drawn = { ...plainLayer, height: 3, width: 3, groups, outputs: 70 / groups };
    for (const rank of [1, 2, 3]) expect(largestDifference(drawn, order, rank)).toBeLessThan(1e-5);
  });
});
