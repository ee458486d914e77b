/** @file One weight that several layers read, each with a BatchNorm of its own or none, in every engine that runs here. */
import { type BoundedValue, boundNetwork } from '@sepconv/conformance';
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
import {
  compareTensors,
  createRandom,
  describeComparison,
  elementCount,
  randomTensor,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { type EngineName, engines } from './plan/engine.js';
import { compileFor } from './session.js';

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
    const bounded = await boundNetwork(network, new Map([['x', input]]), runReference);
    const [{ output, bound }] = [...bounded.values()] as [BoundedValue];
    let compared = 0;
    for (const name of Object.keys(engines) as EngineName[]) {
      const engine = await chooseEngine(name, true).catch(() => undefined);
      if (engine === undefined) continue;
      const session = await compileFor(engine, network);
      const comparison = compareTensors(session.run(input), output, bound.data);
      expect(comparison.ok, `${name}: ${describeComparison(comparison)}`).toBe(true);
      session.dispose();
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
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
