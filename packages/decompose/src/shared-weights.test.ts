/** @file Layers that read one weight: each is replaced by itself, and what became the same stays one parameter. */
import { costOf } from '@sepconv/cost-model';
import { readSafetensors, writeSafetensors } from '@sepconv/formats/safetensors';
import { GraphBuilder, initializeWeights, type Network, validateNetwork } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { orders } from './layer-shape.js';
import { smoothImage } from './testing/images.js';
import { outputOf, relativeError } from './testing/layers.js';

/** Three convolutions with one weight, of which two have one bias and the last none. */
function sharedNetwork(): Network {
  const builder = new GraphBuilder('shared');
  const weight = builder.parameter('w', [3, 3, 8, 8], 'weight');
  const bias = builder.parameter('b', [8], 'bias');
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const attributes = { strides: [1, 1], dilations: [1, 1], padding, groups: 1 } as const;
  const layer = (from: string, name: string, ...more: string[]): string =>
    builder.node('relu', [builder.node('conv2d', [from, weight, ...more], attributes, name)], {});
  const first = layer(builder.input('image', [1, 10, 10, 8]), 'first', bias);
  const graph = builder.build([layer(layer(first, 'second', bias), 'third')]);
  return { graph, weights: initializeWeights(graph, 5) };
}

const network = sharedNetwork();
const image = smoothImage([1, 10, 10, 8], 4);
const calibration = [1, 2].map((seed) => smoothImage([1, 10, 10, 8], seed));

it.each(orders)('%s: all are replaced by one pair of weights', async (order) => {
  const { network: after, report } = await decomposeNetwork(network, { rank: 2, order, force: true });
  expect(report.layers.map(({ replaced }) => replaced)).toEqual([true, true, true]);
  validateNetwork(after);
  const steps = after.graph.nodes.filter(({ op }) => op !== 'relu');
  expect(steps).toHaveLength(6);
  // A pair of weights, and the bias that two share.
  expect(after.graph.parameters).toHaveLength(3);
  const counted = after.graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  expect(report.totals.paramsAfter).toBe(counted);
  expect(report.totals.paramsBefore).toBe(9 * 64 + 8);
  expect([...after.weights.keys()].sort()).toEqual(after.graph.parameters.map(({ name }) => name).sort());
  expect(report.totals.macsAfter).toBe(costOf(after.graph).totals.macs);
});

it.each(orders)('%s: at full rank the network gives the same to 1e-5', async (order) => {
  for (const more of [{}, { calibration }, { calibration, sequential: true }]) {
    const options = { rank: 99, force: true, order, ...more };
    const { network: full } = await decomposeNetwork(network, options);
    expect(relativeError(outputOf(full, image), outputOf(network, image))).toBeLessThan(1e-5);
  }
});

it('fitted to its own inputs, each has the weights that fit it best', async () => {
  const plain = await decomposeNetwork(network, { rank: 2, force: true });
  const { network: after, report } = await decomposeNetwork(network, { rank: 2, force: true, calibration });
  const counted = after.graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  expect(report.totals.paramsAfter).toBe(counted);
  expect(counted).toBeGreaterThan(plain.report.totals.paramsAfter);
  const errorOf = (one: Network, on = calibration[0]!): number =>
    relativeError(outputOf(one, on), outputOf(network, on));
  expect(errorOf(after)).toBeLessThan(errorOf(plain.network));
});

it('what is not replaced reads the weight that it read', async () => {
  const { network: after, report } = await decomposeNetwork(network, { budget: { macs: 0.8 } });
  const replaced = report.layers.filter((layer) => layer.replaced).length;
  expect(replaced).toBeGreaterThan(0);
  expect(after.weights.has('w')).toBe(replaced < 3);
  validateNetwork(after);
  expect(report.totals.outputError).toBeLessThan(1);
});

it('goes through a safetensors file bit for bit', async () => {
  const { network: after } = await decomposeNetwork(network, { rank: 2, force: true });
  const { tensors } = readSafetensors(writeSafetensors(after.weights));
  expect([...tensors.keys()].sort()).toEqual([...after.weights.keys()].sort());
  expect(outputOf({ graph: after.graph, weights: tensors }, image)).toEqual(outputOf(after, image));
});
