import type { Graph } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import { mobileNetV4ConvMedium, mobileNetV4ConvSmall } from './mobilenet-v4.js';

const partsOf = (graph: Graph, block: string): string[] =>
  graph.nodes
    .filter(({ name, op }) => name.startsWith(`${block}/`) && (op.endsWith('conv2d') || op === 'add'))
    .map(({ name }) => name.slice(block.length + 1));

describe('MobileNetV4-Conv', () => {
  test('Small shrinks to 7×7 in five steps', () => {
    expect(blockShapes(mobileNetV4ConvSmall()).map(([, shape]) => shape.slice(2))).toEqual([
      [112, 32],
      [56, 32],
      [56, 32],
      [28, 96],
      [28, 64],
      ...Array.from({ length: 6 }, () => [14, 96]),
      ...Array.from({ length: 6 }, () => [7, 128]),
      [],
    ]);
  });

  // timm prints 3.77 and 9.72 million.
  test.each([
    ['Small', mobileNetV4ConvSmall(), 3_774_024],
    ['Medium', mobileNetV4ConvMedium(), 9_715_512],
  ])('%s counts its parameters', (_, graph, trainable) => {
    expect(parameterCounts(graph).trainable).toBe(trainable);
    expect(Math.round(parameterCounts(graph).trainable / 1e4) / 100).toBe(
      graph.name.includes('small') ? 3.77 : 9.72,
    );
  });

  test('its one bottleneck is four kinds of block', () => {
    const [small, medium] = [mobileNetV4ConvSmall(), mobileNetV4ConvMedium()];
    expect(partsOf(small, 'block_5')).toEqual(['depthwise-start', 'expand', 'depthwise', 'project']);
    expect(partsOf(small, 'block_6')).toEqual(['expand', 'depthwise', 'project', 'add']);
    expect(partsOf(small, 'block_10')).toEqual(['depthwise-start', 'expand', 'project', 'add']);
    expect(partsOf(medium, 'block_10')).toEqual(['expand', 'project', 'add']);
    expect(partsOf(medium, 'block_1')).toEqual(['expand', 'project']);
  });

  test('strides where the last depthwise step is', () => {
    const stridesOf = (name: string): unknown => {
      const node = mobileNetV4ConvSmall().nodes.find((n) => n.name === name);
      return node?.op === 'depthwise-conv2d' ? node.attributes.strides : undefined;
    };
    expect(stridesOf('block_5/depthwise-start')).toEqual([1, 1]);
    expect(stridesOf('block_5/depthwise')).toEqual([2, 2]);
  });
});
