import { GraphBuilder, initializeWeights, type Network, validateNetwork } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  continueTraining,
  type Dataset,
  digitNetwork,
  evaluate,
  featuresOf,
  freeze,
  replaceHead,
  startTraining,
  TrainError,
} from '../index.js';

const withWeights = (graph: Network['graph']): Network => ({ graph, weights: initializeWeights(graph, 1) });
const pretrained = (): Network => withWeights(digitNetwork({ resolution: 32, channels: 3 }));

/** Bars that stand or lie, in noise: equal means, other shapes. */
function bars(count: number, seed: number): Dataset {
  const random = createRandom(seed);
  const pixels = new Uint8Array(count * 32 * 32 * 3);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const at = 4 + random.integer(24);
    for (let p = 0; p < 32 * 32; p++) {
      const line = labels[i] === 0 ? p % 32 : Math.floor(p / 32);
      const value = Math.abs(line - at) < 3 ? 200 : 40;
      for (let c = 0; c < 3; c++) pixels[(i * 32 * 32 + p) * 3 + c] = value + random.integer(40);
    }
  }
  return {
    shape: [32, 32, 3],
    pixels,
    labels,
    classes: ['standing', 'lying'],
    normalization: { mean: 127.5, standardDeviation: 127.5 },
  };
}

describe('replaceHead', () => {
  test.each([
    ['a separable network', digitNetwork({ resolution: 32, channels: 3 })],
    ['a standard network', digitNetwork({ resolution: 32, channels: 3, separable: false })],
  ])('gives %s other classes: both parts together are the whole', (_, graph) => {
    const { network, backbone, head, featureCount } = replaceHead(withWeights(graph), 3, 7);
    validateNetwork(network);
    const image = createTensor(
      'float32',
      [1, 32, 32, 3],
      Float32Array.from({ length: 32 * 32 * 3 }, (_unused, i) => Math.sin(i)),
    );
    const [logits] = runReference(network, image).values();
    expect(logits?.shape).toEqual([1, 3]);
    const [features] = runReference(backbone, image).values();
    const row = createTensor('float32', [1, 1, 1, featureCount], features?.data as Float32Array);
    const [again] = runReference(head, row).values();
    expect(again?.data).toEqual(logits?.data);
  });

  test('refuses what has no head', () => {
    const builder = new GraphBuilder('mean');
    const image = builder.input('image', [1, 4, 4, 3]);
    const graph = builder.build([builder.node('global-average-pool2d', [image], {})]);
    expect(() => replaceHead({ graph, weights: new Map() }, 2)).toThrow('there is no head to replace');
    expect(() => replaceHead(pretrained(), 1)).toThrow('at least 2 classes');
  });
});

describe('freeze', () => {
  test('leaves the last blocks, folded, to be trained', () => {
    const whole = pretrained();
    const last = freeze(whole, 0);
    expect(last.network.graph.nodes.some(({ op }) => op === 'batch-norm')).toBe(false);
    expect(last.trainable.length).toBe(2);
    const [one, three, all] = [freeze(whole, 1), freeze(whole, 3), freeze(whole, 'all')];
    expect(one.trainable.length).toBeGreaterThan(last.trainable.length);
    expect(three.trainable.length).toBe(one.trainable.length + 2 * 4);
    expect(all.trainable.length).toBe(one.network.graph.parameters.length);
    expect(() => freeze(whole, 99)).toThrow(/has 4 blocks, so its last 99/);
    expect(() => freeze(whole, -1)).toThrow(TrainError);
  });
});

test('a head learns on features that are computed once, and the whole network has learnt it', async () => {
  const { network, backbone, head } = replaceHead(pretrained(), ['standing', 'lying']);
  const [training, validation] = [bars(40, 1), bars(20, 2)];
  const features = await featuresOf(backbone, training);
  expect(features.shape).toEqual([1, 1, 96]);
  const start = startTraining(
    head,
    { training: features },
    { epochs: 60, batchSize: 8, optimizer: { kind: 'adamw' }, learningRate: { base: 0.01 } },
  );
  const { network: trained } = await continueTraining(start, { training: features });
  const whole = { ...network, weights: new Map([...network.weights, ...trained.weights]) };
  const result = await evaluate(whole, validation);
  expect(result.accuracy).toBeGreaterThan(0.9);
  expect([...result.confidence].every((value) => value >= 0.5 && value <= 1)).toBe(true);
});

test('a frozen part keeps its bits', async () => {
  const { network } = replaceHead(pretrained(), 2);
  const frozen = freeze(network, 1);
  const data = { training: bars(16, 1) };
  const settings = { epochs: 1, batchSize: 8, trainable: frozen.trainable, learningRate: { base: 0.01 } };
  const { network: trained } = await continueTraining(startTraining(frozen.network, data, settings), data);
  for (const [name, tensor] of frozen.network.weights) {
    const same = trained.weights.get(name)?.data.every((value, i) => Object.is(value, tensor.data[i]));
    expect(same, name).toBe(!frozen.trainable.includes(name));
  }
});
