import { type Tensor, toFloat16 } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { initializeWeights } from '../initialize.js';
import { batchNorm, conv2d, dense, depthwiseConv2d, pointwiseConv2d, separableConv2d } from '../layers.js';
import type { Network } from '../types.js';
import { validateNetwork } from '../validate.js';
import { foldBatchNorm } from './fold-batch-norm.js';

function build(body: (builder: GraphBuilder, image: string) => string | string[]): Network {
  const builder = new GraphBuilder('g');
  const outputs = body(builder, builder.input('image', [1, 6, 6, 4]));
  const graph = builder.build(typeof outputs === 'string' ? [outputs] : outputs);
  return { graph, weights: initializeWeights(graph, 1) };
}

const opsOf = ({ graph }: Network) => graph.nodes.map(({ op }) => op);

describe('foldBatchNorm', () => {
  it.each([
    ['conv2d', (b: GraphBuilder, x: string) => conv2d(b, x, { filters: 6, kernel: 3, groups: 2 })],
    ['depthwise-conv2d', (b: GraphBuilder, x: string) => depthwiseConv2d(b, x, { kernel: 3, multiplier: 2 })],
    ['pointwise-conv2d', (b: GraphBuilder, x: string) => pointwiseConv2d(b, x, { filters: 6, bias: false })],
    ['separable-conv2d', (b: GraphBuilder, x: string) => separableConv2d(b, x, { filters: 6, kernel: 3 })],
    ['dense', (b: GraphBuilder, x: string) => dense(b, x, { filters: 6 })],
  ] as const)('folds into %s, under the name of what BatchNorm gave', (op, layer) => {
    const before = build((builder, image) => batchNorm(builder, layer(builder, image), { name: 'bn' }));
    const after = foldBatchNorm(before);
    expect(opsOf(after).at(-1)).toBe(op);
    expect(opsOf(after)).not.toContain('batch-norm');
    expect(after.graph.nodes.at(-1)?.outputs).toEqual(['bn']);
    // Weight and bias are new, the statistics are gone, and everything still fits.
    const names = after.graph.parameters.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('bn/'))).toEqual([]);
    expect(names.slice(-2)).toEqual([`${op}/folded-weight`, `${op}/folded-bias`]);
    expect([...after.weights.keys()].sort()).toEqual([...names].sort());
    expect(() => validateNetwork(after)).not.toThrow();
  });

  it('multiplies columns and moves the bias, by hand', () => {
    const before = build((builder, image) =>
      batchNorm(builder, pointwiseConv2d(builder, image, { filters: 2, name: 'c' }), {
        name: 'bn',
        epsilon: 0,
      }),
    );
    const set = (name: string, ...values: number[]) =>
      (before.weights.get(name)!.data as Float32Array).set(values);
    set('c/weight', 1, 2, 3, 4, 5, 6, 7, 8);
    set('c/bias', 10, 20);
    set('bn/scale', 6, -1);
    set('bn/shift', 0.5, 0.25);
    set('bn/mean', 1, 2);
    set('bn/variance', 9, 4);
    // Factors 6/3 = 2 and −1/2; biases (10 − 1)·2 + 0.5 and (20 − 2)·(−½) + 0.25.
    const { weights } = foldBatchNorm(before);
    expect([...weights.get('c/folded-weight')!.data]).toEqual([2, -1, 6, -2, 10, -3, 14, -4]);
    expect([...weights.get('c/folded-bias')!.data]).toEqual([18.5, -8.75]);
  });

  it('leaves a BatchNorm behind anything else, and one whose layer has a second reader', () => {
    const behindRelu = build((builder, image) => batchNorm(builder, builder.node('relu', [image], {})));
    expect(foldBatchNorm(behindRelu)).toEqual(behindRelu);
    const twice = build((builder, image) => {
      const features = pointwiseConv2d(builder, image, { filters: 4 });
      return builder.node('add', [features, batchNorm(builder, features)], {});
    });
    expect(foldBatchNorm(twice)).toEqual(twice);
    const returned = build((builder, image) => {
      const features = pointwiseConv2d(builder, image, { filters: 4 });
      return [features, batchNorm(builder, features)];
    });
    expect(foldBatchNorm(returned)).toEqual(returned);
  });

  it('leaves a layer whose weight is no parameter, and a BatchNorm whose statistics are none', () => {
    const computedWeight = build((builder, image) => {
      const weight = builder.node('relu', [builder.parameter('w', [1, 1, 4, 3], 'weight')], {});
      return batchNorm(builder, builder.node('pointwise-conv2d', [image, weight], {}));
    });
    expect(foldBatchNorm(computedWeight)).toEqual(computedWeight);
    const computedScale = build((builder, image) => {
      const features = pointwiseConv2d(builder, image, { filters: 4 });
      const scale = builder.node('relu', [builder.parameter('s', [4], 'scale')], {});
      const rest = (['shift', 'mean', 'variance'] as const).map((role) => builder.parameter(role, [4], role));
      return builder.node('batch-norm', [features, scale, ...rest], { epsilon: 0 });
    });
    expect(foldBatchNorm(computedScale)).toEqual(computedScale);
  });

  it('does not change a weight that two layers share', () => {
    const before = build((builder, image) => {
      const weight = builder.parameter('shared', [1, 1, 4, 4], 'weight');
      const one = builder.node('pointwise-conv2d', [image, weight], {}, 'one');
      const two = builder.node('pointwise-conv2d', [image, weight], {}, 'two');
      return builder.node('add', [batchNorm(builder, one), two], {});
    });
    const after = foldBatchNorm(before);
    expect(after.graph.nodes[1]).toEqual(before.graph.nodes[1]);
    expect(after.weights.get('shared')).toBe(before.weights.get('shared'));
    expect(after.weights.has('one/folded-weight')).toBe(true);
  });

  it('folds a second BatchNorm when it is applied again', () => {
    const before = build((builder, image) =>
      batchNorm(builder, batchNorm(builder, pointwiseConv2d(builder, image, { filters: 4, name: 'c' }))),
    );
    const once = foldBatchNorm(before);
    expect(opsOf(once)).toEqual(['pointwise-conv2d', 'batch-norm']);
    const twice = foldBatchNorm(once);
    expect(opsOf(twice)).toEqual(['pointwise-conv2d']);
    expect(twice.graph.parameters.map(({ name }) => name)).toEqual(['c/folded-weight_1', 'c/folded-bias_1']);
    expect(() => validateNetwork(twice)).not.toThrow();
  });

  it('widens weights that are stored in binary16', () => {
    const before = build((builder, image) =>
      batchNorm(builder, pointwiseConv2d(builder, image, { filters: 4, name: 'c' })),
    );
    const half = toFloat16(before.weights.get('c/weight') as Tensor<'float32'>);
    const parameters = before.graph.parameters.map((p) =>
      p.name === 'c/weight' ? { ...p, dtype: half.dtype } : p,
    );
    const after = foldBatchNorm({
      graph: { ...before.graph, parameters },
      weights: new Map([...before.weights, ['c/weight', half]]),
    });
    expect(after.weights.get('c/folded-weight')?.dtype).toBe('float32');
    expect(() => validateNetwork(after)).not.toThrow();
  });

  it('does not touch the network that it was given', () => {
    const body = (builder: GraphBuilder, image: string) =>
      batchNorm(builder, conv2d(builder, image, { filters: 3, kernel: 3 }));
    const before = build(body);
    foldBatchNorm(before);
    expect(before).toEqual(build(body));
  });
});
