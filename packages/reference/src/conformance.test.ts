import { conformanceOps, type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { foldBatchNorm, opNames } from '@sepconv/graph';
import { describe, expect, it } from 'vitest';
import { runReference } from './run.js';
import { type Float32Options, runFloat32 } from './testing/float32-runner.js';

const oracle: Runner = (network, inputs) => runReference(network, inputs);
const float32 =
  (options: Float32Options = {}): Runner =>
  (network, inputs) =>
    runFloat32(network, inputs, options);

describe('float32 arithmetic keeps the computed bounds', () => {
  it.each(opNames)('%s', async (op) => {
    const report = await sweep({ op, implementation: float32(), oracle, runs: 150 });
    expect(report.cases).toBeGreaterThanOrEqual(Object.keys(conformanceOps[op].classes).length);
    expect([...report.casesByClass.values()].every((cases) => cases > 0)).toBe(true);
  });

  it.each(['reversed', 'fused'] as const)('in %s order', async (order) => {
    for (const op of [
      'conv2d',
      'depthwise-conv2d',
      'pointwise-conv2d',
      'separable-conv2d',
      'dense',
    ] as const) {
      await sweep({ op, implementation: float32({ order }), oracle, runs: 60, seed: 2 });
    }
  });

  it('over networks of several nodes', async () => {
    const report = await sweepNetworks({ implementation: float32(), oracle, runs: 150 });
    expect(report.cases).toBeGreaterThanOrEqual(150);
  });

  it('with BatchNorm folded into the convolutions', async () => {
    const folding: Runner = (network, inputs) => runFloat32(foldBatchNorm(network), inputs);
    const report = await sweepNetworks({ implementation: folding, oracle, runs: 300, seed: 3 });
    expect(report.cases).toBeGreaterThanOrEqual(300);
  });
});

describe('a wrong implementation is refused', () => {
  it.each([
    ['conv2d', 'shifted-padding'],
    ['conv2d', 'dropped-tap'],
    ['conv2d', 'wrong-channel'],
    ['conv2d', 'skipped-bias'],
    ['depthwise-conv2d', 'shifted-padding'],
    ['depthwise-conv2d', 'dropped-tap'],
    ['depthwise-conv2d', 'wrong-channel'],
    ['separable-conv2d', 'dropped-tap'],
    ['pointwise-conv2d', 'wrong-channel'],
    ['dense', 'skipped-bias'],
    ['relu6', 'nan-to-limit'],
  ] as const)('%s with %s', async (op, fault) => {
    const failing = sweep({ op, implementation: float32({ fault }), oracle });
    await expect(failing).rejects.toThrow(/, class \w+, seed 1, smallest failing case/);
  });
});
