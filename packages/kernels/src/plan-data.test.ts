/** @file A plan is plain data: a copy of it, as a worker or a cache would have it, gives the same bits. */
import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { type Network, opNames } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { EngineError } from './errors.js';
import { engines } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { compilePlan } from './session.js';

/** Cases of each op; at least one of every shape class is run. */
const runs = 8;

async function resultsOf(plan: Plan, { weights }: Network, inputs: ReadonlyMap<string, Tensor>) {
  const session = await compilePlan(await chooseEngine('simd128', false), plan, weights);
  const results = [...session.run(inputs)].map(
    ([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as Tensor] as const,
  );
  session.dispose();
  return new Map(results);
}

/** Runs a copy of a network's plan, and expects what the plan itself gives. */
const runCopy: Runner = async (network, inputs) => {
  const plan = planNetwork(network, engines.simd128);
  const copied = await resultsOf(structuredClone(plan), network, inputs);
  const expected = await resultsOf(plan, network, inputs);
  for (const [name, { data }] of copied) {
    const bytes = (array: Tensor['data'] | undefined) => new Uint8Array(array?.buffer ?? new ArrayBuffer(0));
    expect(bytes(data)).toEqual(bytes(expected.get(name)?.data));
  }
  return copied;
};

describe('a copied plan gives the same bits', () => {
  test.each(opNames)('%s', async (op) => {
    const report = await sweep({ op, implementation: runCopy, oracle: runReference, runs });
    expect(report.cases).toBeGreaterThan(0);
  });

  test('small networks', async () => {
    const report = await sweepNetworks({ implementation: runCopy, oracle: runReference, runs });
    expect(report.cases).toBeGreaterThan(0);
  });
});

test('a plan with weights of another network names the parameter that is missing', async () => {
  const shape = [1, 1, 1, 1] as const;
  const graph = {
    name: 'one layer',
    inputs: [{ name: 'x', shape, dtype: 'float32' as const }],
    outputs: ['y'],
    parameters: [{ name: 'w', shape, dtype: 'float32' as const, role: 'weight' as const }],
    nodes: [
      { name: 'conv', op: 'pointwise-conv2d' as const, inputs: ['x', 'w'], outputs: ['y'], attributes: {} },
    ],
  };
  const weights = new Map([['w', { dtype: 'float32' as const, shape, data: Float32Array.of(2) }]]);
  const plan = planNetwork({ graph, weights }, engines.simd128);
  const compiled = compilePlan(await chooseEngine('simd128', false), plan, new Map());
  await expect(compiled).rejects.toThrow(EngineError);
  await expect(compiled).rejects.toThrow('"w"');
});
