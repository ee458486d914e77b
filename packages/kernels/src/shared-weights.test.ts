/** @file One weight that several layers read, each with a BatchNorm of its own or none, in every engine that runs here. */
import { costOf } from '@sepconv/cost-model';
import {
  batchNorm,
  foldBatchNorm,
  GraphBuilder,
  initializeWeights,
  type Network,
  noPadding,
} from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, elementCount, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from './session.js';

const window = { strides: [1, 1], dilations: [1, 1], padding: { ...noPadding, top: 2, left: 2 } } as const;
const layers = {
  conv2d: [[3, 3, 4, 4], { ...window, groups: 1 }],
  'depthwise-conv2d': [[3, 3, 4, 1], window],
  'pointwise-conv2d': [[1, 1, 4, 4], {}],
} as const;

/** Two layers with one weight and one bias; BatchNorms behind both have numbers of their own. */
function twice(op: keyof typeof layers, norms: number): Network {
  const builder = new GraphBuilder('shared');
  const [shape, attributes] = layers[op];
  const weight = builder.parameter('w', shape, 'weight');
  const bias = builder.parameter('b', [4], 'bias');
  let value = builder.input('x', [1, 5, 5, 4]);
  for (let i = 0; i < 2; i++) {
    value = builder.node(op, [value, weight, bias], attributes as never);
    if (i < norms) value = batchNorm(builder, value);
  }
  const graph = builder.build([value]);
  return { graph, weights: initializeWeights(graph, 5) };
}

describe.each(Object.keys(layers) as (keyof typeof layers)[])('%s', (op) => {
  test.each([0, 1, 2])('with one weight, %i of two layers normalized', async (norms) => {
    const network = twice(op, norms);
    const input = randomTensor([1, 5, 5, 4], createRandom(3));
    const [wanted] = runReference(network, new Map([['x', input]])).values();
    const session = await compile(network.graph, network.weights, { engine: 'simd128' });
    const found = session.run(input).data;
    const largest = Math.max(...wanted!.data.map(Math.abs));
    // Each number is a sum of fewer than 64 products, twice.
    const bound = 2 * 64 * 2 ** -23 * largest * 8;
    found.forEach((value, i) => {
      expect(Math.abs(value - (wanted!.data[i] as number))).toBeLessThanOrEqual(bound);
    });
    session.dispose();
  });

  test.each([0, 1, 2])('counts each parameter once, %i of two layers normalized', (norms) => {
    const network = twice(op, norms);
    const count = ({ graph }: Network): number =>
      graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    const { params } = costOf(network.graph).totals;
    expect(params.total).toBe(count(network));
    expect(params.folded).toBe(count(foldBatchNorm(network)));
  });
});
