import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  inferTypes,
  pointwiseConv2d,
  separableConv2d,
} from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { costOf } from '../cost.js';
import { CostError } from '../errors.js';
import { separableAccount } from '../separable-account.js';
import { toSeparable } from './to-separable.js';
import { toStandard } from './to-standard.js';

/** Standard, 1×1, grouped and separable convolutions with norms and activations. */
function mixed(): Graph {
  const builder = new GraphBuilder('mixed');
  const image = builder.input('image', [1, 16, 16, 8]);
  const stem = conv2d(builder, image, { name: 'stem', filters: 16, kernel: 3, strides: 2, bias: false });
  const active = builder.node('relu6', [batchNorm(builder, stem, { name: 'norm' })], {});
  const pointwise = conv2d(builder, active, { name: 'pointwise', filters: 16, kernel: 1 });
  const grouped = conv2d(builder, pointwise, { name: 'grouped', filters: 16, kernel: 3, groups: 2 });
  const wide = conv2d(builder, grouped, { name: 'wide', filters: 24, kernel: [1, 5] });
  return builder.build([dense(builder, wide, { name: 'logits', filters: 4 })]);
}

/** A block of MobileNetV1, one whose depthwise result goes through a gate, one as a single op, and a lone depthwise. */
function separable(): Graph {
  const builder = new GraphBuilder('separable');
  const norm = (value: string): string => builder.node('relu6', [batchNorm(builder, value)], {});
  const image = builder.input('image', [1, 16, 16, 8]);
  const first = norm(
    depthwiseConv2d(builder, image, { name: 'a/depthwise', kernel: 3, strides: 2, bias: false }),
  );
  const a = norm(pointwiseConv2d(builder, first, { name: 'a/pointwise', filters: 16, bias: false }));
  const second = norm(depthwiseConv2d(builder, a, { name: 'b/depthwise', kernel: 3, bias: false }));
  const gate = builder.node('mul', [second, builder.node('global-average-pool2d', [second], {})], {});
  const b = pointwiseConv2d(builder, gate, { name: 'b/pointwise', filters: 12 });
  const c = separableConv2d(builder, b, { name: 'c', filters: 20, kernel: 5 });
  return builder.build([depthwiseConv2d(builder, c, { name: 'd', kernel: 3, multiplier: 2 })]);
}

const shapesOf = (graph: Graph) => graph.outputs.map((output) => inferTypes(graph).get(output)?.shape);

describe('toSeparable', () => {
  const before = mixed();
  const { graph, replaced } = toSeparable(before);

  test('replaces standard convolutions of more than a pixel, and keeps every shape', () => {
    expect(replaced).toEqual([
      { node: 'stem', before: ['stem'], after: ['stem/depthwise', 'stem'] },
      { node: 'wide', before: ['wide'], after: ['wide/depthwise', 'wide'] },
    ]);
    expect(shapesOf(graph)).toEqual(shapesOf(before));
    expect(graph.name).toBe('mixed-separable');
    expect(graph.parameters.map(({ name }) => name)).not.toContain('stem/weight');
  });

  test('costs what the closed form says', () => {
    const layer = { height: 16, width: 16, inputChannels: 8, outputChannels: 16, kernel: 3, stride: 2 };
    const account = separableAccount(layer);
    const { layers } = costOf(graph);
    const macs = (name: string): number | undefined => layers.find((l) => l.name === name)?.macs;
    expect(macs('stem/depthwise')).toBe(account.depthwise.macs);
    expect(macs('stem')).toBe(account.pointwise.macs);
    expect(layers.find((l) => l.name === 'wide')?.params.trainable).toBe(16 * 24 + 24);
  });

  test('leaves the graph that it was given alone', () => {
    expect(before).toEqual(mixed());
  });

  test('says when there is nothing to replace', () => {
    const nothing = () => toSeparable(separable());
    expect(nothing).toThrow(CostError);
    expect(nothing).toThrow('"separable" has no standard convolution that could be made separable');
  });
});

describe('toStandard', () => {
  const before = separable();
  const { graph, replaced } = toStandard(before);

  test('merges what belongs together, norm and activation included', () => {
    expect(replaced.map(({ node, before: nodes }) => [node, nodes.length])).toEqual([
      ['a/pointwise', 4],
      ['b/depthwise', 1],
      ['c', 1],
      ['d', 1],
    ]);
    expect(shapesOf(graph)).toEqual(shapesOf(before));
    expect(graph.nodes.every(({ op }) => op !== 'depthwise-conv2d' && op !== 'separable-conv2d')).toBe(true);
  });

  test('costs what standard convolutions cost', () => {
    const { layers, totals } = costOf(graph);
    const macs = Object.fromEntries(layers.map((layer) => [layer.name, layer.macs]));
    expect(macs).toMatchObject({
      'a/pointwise': 64 * 9 * 8 * 16,
      'b/depthwise': 64 * 9 * 16 * 16,
      'b/pointwise': 64 * 16 * 12,
      c: 64 * 25 * 12 * 20,
      d: 64 * 9 * 20 * 40,
    });
    // The norm of the first depthwise layer is gone with it, and so are its parameters.
    const counted = graph.parameters.reduce((sum, { shape }) => sum + shape.reduce((p, d) => p * d, 1), 0);
    expect(totals.params.total).toBe(counted);
  });

  test('gives back the costs of what was made separable', () => {
    // Without norms between the two steps nothing is lost on the way.
    const there = toSeparable(mixed()).graph;
    const back = toStandard(there).graph;
    expect(costOf(back).totals.macs).toBe(costOf(mixed()).totals.macs);
    expect(costOf(back).totals.params).toEqual(costOf(mixed()).totals.params);
  });

  test('says when there is nothing to replace', () => {
    expect(() => toStandard(mixed())).toThrow(
      '"mixed" has no depthwise convolution that could be made standard',
    );
  });
});
