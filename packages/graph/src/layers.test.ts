import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';
import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  layerNorm,
  pointwiseConv2d,
  separableConv2d,
} from './layers.js';
import type { Graph } from './types.js';

function build(body: (builder: GraphBuilder, image: string) => string): Graph {
  const builder = new GraphBuilder('layers');
  return builder.build([body(builder, builder.input('image', [1, 8, 8, 6]))]);
}

const parametersOf = (graph: Graph) =>
  graph.parameters.map(({ name, shape, role }) => `${name} ${role} ${shape.join('×')}`);

describe('layers', () => {
  it('conv2d has a weight and a bias, SAME padding and stride 1', () => {
    const graph = build((builder, image) => conv2d(builder, image, { filters: 4, kernel: 3 }));
    expect(parametersOf(graph)).toEqual(['conv2d/weight weight 3×3×6×4', 'conv2d/bias bias 4']);
    expect(graph.nodes[0]).toEqual({
      name: 'conv2d',
      op: 'conv2d',
      inputs: ['image', 'conv2d/weight', 'conv2d/bias'],
      outputs: ['conv2d'],
      attributes: {
        strides: [1, 1],
        dilations: [1, 1],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
        groups: 1,
      },
    });
  });

  it('conv2d takes pairs, groups and a name, and leaves the bias out', () => {
    const options = {
      name: 'c',
      filters: 9,
      kernel: [1, 5],
      strides: [2, 1],
      dilations: [1, 2],
      groups: 3,
      bias: false,
      padding: 'valid',
    } as const;
    // Nothing fits 9 dilated pixels into 8, so the right side gets two zeros.
    const padding = { top: 0, bottom: 0, left: 0, right: 2 };
    const graph = build((builder, image) => conv2d(builder, image, { ...options, padding }));
    expect(parametersOf(graph)).toEqual(['c/weight weight 1×5×2×9']);
    expect(graph.nodes[0]?.attributes).toEqual({ strides: [2, 1], dilations: [1, 2], padding, groups: 3 });
    expect(() => build((builder, image) => conv2d(builder, image, options))).toThrow(
      'conv2d "c": the window spans 9 pixels of width, but the padded input has only 8',
    );
  });

  it('a wrong group count or stride is named as such', () => {
    expect(() =>
      build((builder, image) => conv2d(builder, image, { filters: 4, kernel: 3, groups: 4 })),
    ).toThrow('the input has 6 channels, which 4 groups do not divide');
    expect(() =>
      build((builder, image) => conv2d(builder, image, { filters: 4, kernel: 3, strides: 0 })),
    ).toThrow('the stride along height must be an integer of at least 1, not 0');
  });

  it('depthwiseConv2d multiplies channels', () => {
    const graph = build((builder, image) =>
      depthwiseConv2d(builder, image, { kernel: 5, multiplier: 2, strides: 2 }),
    );
    expect(parametersOf(graph)).toEqual([
      'depthwise-conv2d/weight weight 5×5×6×2',
      'depthwise-conv2d/bias bias 12',
    ]);
    expect(graph.nodes[0]?.attributes).toEqual({
      strides: [2, 2],
      dilations: [1, 1],
      padding: { top: 1, bottom: 2, left: 1, right: 2 },
    });
  });

  it('pointwiseConv2d, separableConv2d', () => {
    expect(parametersOf(build((builder, image) => pointwiseConv2d(builder, image, { filters: 4 })))).toEqual([
      'pointwise-conv2d/weight weight 1×1×6×4',
      'pointwise-conv2d/bias bias 4',
    ]);
    const separable = build((builder, image) =>
      separableConv2d(builder, image, { name: 's', filters: 4, kernel: 3, multiplier: 2 }),
    );
    expect(parametersOf(separable)).toEqual([
      's/depthwise-weight weight 3×3×6×2',
      's/pointwise-weight weight 1×1×12×4',
      's/bias bias 4',
    ]);
  });

  it('batchNorm has four statistics, trained and not', () => {
    const graph = build((builder, image) => batchNorm(builder, image));
    expect(parametersOf(graph)).toEqual([
      'batch-norm/scale scale 6',
      'batch-norm/shift shift 6',
      'batch-norm/mean mean 6',
      'batch-norm/variance variance 6',
    ]);
    expect(graph.nodes[0]?.attributes).toEqual({ epsilon: 0.001 });
  });

  it('layerNorm has a scale and a shift', () => {
    const graph = build((builder, image) => layerNorm(builder, image));
    expect(parametersOf(graph)).toEqual(['layer-norm/scale scale 6', 'layer-norm/shift shift 6']);
    expect(graph.nodes[0]?.attributes).toEqual({ epsilon: 1e-5 });
  });

  it('dense flattens an image, and takes rows as they are', () => {
    const graph = build((builder, image) =>
      dense(builder, dense(builder, image, { filters: 5 }), { filters: 3 }),
    );
    expect(graph.nodes.map(({ name }) => name)).toEqual(['dense/flatten', 'dense', 'dense_1']);
    expect(parametersOf(graph)).toEqual([
      'dense/weight weight 384×5',
      'dense/bias bias 5',
      'dense_1/weight weight 5×3',
      'dense_1/bias bias 3',
    ]);
  });

  it('repeated layers are numbered', () => {
    const graph = build((builder, image) =>
      pointwiseConv2d(builder, pointwiseConv2d(builder, image, { filters: 4 }), { filters: 2, bias: false }),
    );
    expect(graph.nodes.map(({ name }) => name)).toEqual(['pointwise-conv2d', 'pointwise-conv2d_1']);
  });
});
