import { checkNetwork, type Runner } from '@sepconv/conformance';
import { batchNorm, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { emitProgram } from '../program/module.js';
import { compile } from '../session.js';
import { engines } from './engine.js';
import { planNetwork } from './plan.js';

const plain = { dilations: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 }, groups: 1 } as const;

interface Options {
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly filters?: number;
}

/** A transposed convolution of a 3×4 image with what may be done in its store behind it. */
function network({ window, strides, filters = 5 }: Options, hasTail: boolean): Network {
  const builder = new GraphBuilder('net');
  const x = builder.input('x', [2, 3, 4, 6]);
  const weight = builder.parameter('w', [...window, 6, filters], 'weight');
  const bias = builder.parameter('b', [filters], 'bias');
  const attributes = { ...plain, strides, outputPadding: [0, 0] } as const;
  const y = builder.node('conv-transpose2d', [x, weight, bias], attributes, 'up');
  if (!hasTail) {
    const graph = builder.build([y]);
    return { graph, weights: initializeWeights(graph, 1) };
  }
  const addend = builder.input('addend', builder.typeOf(y).shape);
  const sum = builder.node('add', [batchNorm(builder, y), addend], {});
  const graph = builder.build([builder.node('relu', [sum], {}, 'out')]);
  return { graph, weights: initializeWeights(graph, 1) };
}

const kernelsOf = (net: Network) => planNetwork(net, engines.simd128).steps.map(({ kernel }) => kernel);

const runSimd128: Runner = async (net, inputs) => (await compile(net, { engine: 'simd128' })).run(inputs);

describe('the plan of a transposed convolution', () => {
  test('windows side by side: a product for each of their rows, their columns side by side', () => {
    const kernels = kernelsOf(network({ window: [2, 2], strides: [2, 2] }, false));
    expect(kernels).toMatchObject([
      { kind: 'gemm', columns: 10, depth: 6, lines: 3, pixels: 4, places: { offset: 0 } },
      { kind: 'gemm', columns: 10, depth: 6, lines: 3, pixels: 4, places: { offset: 8 * 5 * 4 } },
    ]);
  });

  test('windows that overlap: four products of as many taps as each has, and no zero is multiplied', () => {
    const kernels = kernelsOf(network({ window: [3, 3], strides: [2, 2] }, false));
    expect(kernels.map(({ kind }) => kind)).toEqual(['pad', 'gemm', 'gemm', 'gemm', 'gemm']);
    const terms = kernels.map((kernel) =>
      kernel.kind === 'gemm' ? kernel.taps.reduce((n, { count }) => n * count, kernel.depth) / 6 : 0,
    );
    expect(terms).toEqual([0, 4, 2, 2, 1]);
  });

  test('windows apart: the bias everywhere first, then the taps; never more products than taps', () => {
    const kernels = kernelsOf(network({ window: [1, 2], strides: [40, 50] }, false));
    expect(kernels).toMatchObject([
      { kind: 'gemm', depth: 0 },
      { kind: 'gemm', depth: 6 },
      { kind: 'gemm', depth: 6 },
    ]);
  });
});

describe('large strides', () => {
  test.each([32, 100])('%i by as many: a few steps and a small module', (stride) => {
    const window = [stride + 1, stride + 1] as const;
    for (const hasTail of [false, true]) {
      const plan = planNetwork(
        network({ window, strides: [stride, stride], filters: 1 }, hasTail),
        engines.wide,
      );
      expect(plan.steps.length).toBeLessThanOrEqual(20);
      expect(emitProgram(plan).length).toBeLessThanOrEqual(100_000);
      const products = plan.steps.flatMap(({ kernel }) =>
        kernel.kind === 'gemm-table' ? kernel.products : [],
      );
      expect(products.length).toBe(stride * stride);
    }
  });
});

describe('BatchNorm, an addition and an activation are done in its stores', () => {
  test.each([
    { window: [2, 2], strides: [2, 2] },
    { window: [3, 3], strides: [2, 2] },
    { window: [4, 4], strides: [2, 2] },
    { window: [2, 1], strides: [3, 2] },
    { window: [3, 3], strides: [1, 1] },
    { window: [2, 2], strides: [2, 2], filters: 1 },
    { window: [11, 10], strides: [9, 8] },
    { window: [40, 3], strides: [37, 4] },
    { window: [40, 3], strides: [41, 4] },
  ] as const)('$window by $strides', async (options) => {
    const net = network(options, true);
    const kernels = kernelsOf(net)
      .filter(({ kind }) => kind !== 'pad')
      .flatMap((kernel) => (kernel.kind === 'gemm-table' ? kernel.products : kernel));
    for (const kernel of kernels) {
      expect(kernel).toMatchObject({ kind: 'gemm', epilogue: [{ kind: 'add' }, { kind: 'clamp' }] });
    }
    const random = createRandom(3);
    const inputs = new Map(net.graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, random)]));
    const report = await checkNetwork(
      { label: JSON.stringify(options), network: net, inputs },
      { implementation: runSimd128, oracle: runReference },
    );
    expect(report.maxErrorOverBound).toBeLessThanOrEqual(1);
  });
});
