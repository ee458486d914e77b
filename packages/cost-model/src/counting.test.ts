/**
 * @file The formulas beside counting: the reference runs seeded random networks and counts its multiply-adds one by one,
 * and every formula must give that very number.
 */
import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { foldBatchNorm, opNames } from '@sepconv/graph';
import { createMacCounter, runReference } from '@sepconv/reference';
import { elementCount } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { costOf } from './cost.js';

/** Runs a network on the reference, and fails when what it counts is not what the model says. */
const countingRunner: Runner = (network, inputs) => {
  const counter = createMacCounter();
  const outputs = runReference(network, inputs, { counter });
  const { layers, totals } = costOf(network.graph);
  expect(Object.fromEntries(layers.map(({ name, macs }) => [name, macs]))).toEqual(
    Object.fromEntries(counter.byNode),
  );
  expect(totals.macs).toBe(counter.total);
  const folded = foldBatchNorm(network).graph.parameters;
  expect(totals.params.folded).toBe(folded.reduce((sum, { shape }) => sum + elementCount(shape), 0));
  return outputs;
};

const opponents = { implementation: countingRunner, oracle: runReference };

const counted = [
  'conv2d',
  'conv-transpose2d',
  'depthwise-conv2d',
  'pointwise-conv2d',
  'separable-conv2d',
  'dense',
  'matmul',
  'quantized-conv2d',
  'quantized-matmul',
  'conv-integer',
  'matmul-integer',
] as const;

// A sweep takes seconds on a busy machine.
describe('formulas agree with counting', { timeout: 60_000 }, () => {
  // Groups, dilation, stride, asymmetric padding, channel multipliers and batches are shape classes of the sweep.
  test.each(counted)('%s, over every shape class', async (op) => {
    const { cases } = await sweep({ op, ...opponents, runs: 200 });
    expect(cases).toBeGreaterThan(100);
  });

  test.each(opNames.filter((op) => !counted.includes(op as never)))('%s has no MACs', async (op) => {
    const { cases } = await sweep({ op, ...opponents, runs: 20 });
    expect(cases).toBeGreaterThan(0);
  });

  test('networks of several layers, folded parameters among them', async () => {
    const { cases } = await sweepNetworks({ ...opponents, runs: 60 });
    expect(cases).toBeGreaterThan(30);
  });
});
