import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';
import { initializeWeights } from './initialize.js';
import { batchNorm, dense, depthwiseConv2d, separableConv2d } from './layers.js';
import { noPadding } from './padding.js';
import { validateNetwork } from './validate.js';

function graph() {
  const builder = new GraphBuilder('g');
  const image = builder.input('image', [1, 8, 8, 16]);
  const features = batchNorm(builder, depthwiseConv2d(builder, image, { kernel: 3, name: 'dw' }), {
    name: 'bn',
  });
  const mixed = separableConv2d(builder, features, { filters: 32, kernel: 5, name: 'sep' });
  const constant = builder.parameter('offset', [32], 'constant');
  return builder.build([
    dense(builder, builder.node('add', [mixed, constant], {}), { filters: 10, name: 'head' }),
  ]);
}

describe('initializeWeights', () => {
  it('gives every parameter its shape, the same for the same seed', () => {
    const weights = initializeWeights(graph(), 1);
    expect(() => validateNetwork({ graph: graph(), weights })).not.toThrow();
    expect(initializeWeights(graph(), 1)).toEqual(weights);
    expect(initializeWeights(graph(), 2)).not.toEqual(weights);
  });

  it('keeps weights within √(6 / fan-in), nearly filling it', () => {
    const weights = initializeWeights(graph(), 1);
    const fanIns = {
      'dw/weight': 9,
      'sep/depthwise-weight': 25,
      'sep/pointwise-weight': 16,
      'head/weight': 8 * 8 * 32,
    };
    for (const [name, fanIn] of Object.entries(fanIns)) {
      const largest = Math.max(...Array.from(weights.get(name)!.data, Math.abs));
      const limit = Math.sqrt(6 / fanIn);
      expect(largest, name).toBeLessThanOrEqual(limit);
      expect(largest, name).toBeGreaterThan(0.9 * limit);
    }
  });

  it('knows the fan-in among many nodes, each reading a weight of its own or a shared one', () => {
    const builder = new GraphBuilder('many');
    const image = builder.input('x', [1, 3, 3, 4]);
    const shared = builder.parameter('shared', [3, 3, 4, 1], 'weight');
    const window = { strides: [1, 1], dilations: [1, 1], padding: noPadding } as const;
    const outputs: string[] = [];
    // A look through all nodes for each weight took minutes.
    for (let i = 0; i < 20_000; i++) {
      const own = builder.parameter(`w${i}`, [3, 3, 4, i % 2 === 0 ? 1 : 4], 'weight');
      outputs.push(
        i % 2 === 0
          ? builder.node('depthwise-conv2d', [image, i % 4 === 0 ? shared : own], window)
          : builder.node('conv2d', [image, own], { ...window, groups: 1 }),
      );
    }
    const graph = builder.build(outputs);
    const weights = initializeWeights(graph, 1);
    const largest = (names: string[]): number =>
      Math.max(...names.map((name) => Math.max(...Array.from(weights.get(name)!.data, Math.abs))));
    const named = (rest: number): string[] => Array.from({ length: 5_000 }, (_, i) => `w${4 * i + rest}`);
    // [3, 3, 4, 1] of a depthwise convolution sums 9 products, [3, 3, 4, 4] of a full one 36.
    for (const [names, fanIn] of [
      [['shared'], 9],
      [named(2), 9],
      [named(1), 36],
      [named(3), 36],
    ] as const) {
      const limit = Math.sqrt(6 / fanIn);
      expect(largest([...names])).toBeLessThanOrEqual(limit);
      expect(largest([...names])).toBeGreaterThan(0.9 * limit);
    }
  });

  it('draws statistics around their neutral values, variances well above 0', () => {
    const weights = initializeWeights(graph(), 1);
    for (const name of ['bn/scale', 'bn/variance']) {
      for (const value of weights.get(name)!.data) expect(Math.abs(value - 1)).toBeLessThanOrEqual(0.2);
    }
    for (const name of ['bn/shift', 'bn/mean', 'dw/bias']) {
      for (const value of weights.get(name)!.data) expect(Math.abs(value)).toBeLessThanOrEqual(0.1);
    }
    expect(weights.get('offset')!.data).toEqual(new Float32Array(32));
  });

  it('refuses other element types', () => {
    const builder = new GraphBuilder('g');
    builder.parameter('w', [2], 'weight', 'int8');
    expect(() => initializeWeights(builder.build([]), 1)).toThrow('the parameter "w" is int8');
  });
});
