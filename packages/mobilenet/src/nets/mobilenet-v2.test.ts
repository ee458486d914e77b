import { describe, expect, test } from 'vitest';
import type { NetworkVariant } from '../blocks/style.js';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts, shapeOf } from '../testing/facts.js';
import { absent, derived } from '../testing/ground-truth.js';
import { mobileNetV2 } from './mobilenet-v2.js';

describe('MobileNetV2', () => {
  test('has the stages of table 2 of the paper', () => {
    const shapes = blockShapes(mobileNetV2());
    expect(shapes.map(([, shape]) => shape.slice(2))).toEqual([
      [112, 32],
      [112, 16],
      ...Array.from({ length: 2 }, () => [56, 24]),
      ...Array.from({ length: 3 }, () => [28, 32]),
      ...Array.from({ length: 4 }, () => [14, 64]),
      ...Array.from({ length: 3 }, () => [14, 96]),
      ...Array.from({ length: 3 }, () => [7, 160]),
      [7, 320],
      [],
    ]);
    expect(shapeOf(mobileNetV2(), 'head/conv-relu6')).toEqual([1, 7, 7, 1280]);
    expect(shapes.at(-1)).toEqual(['head', [1, 1000]]);
  });

  test('names a block by its parts; the first does not expand, and an add joins what has one shape', () => {
    const blocks = mobileNetV2().nodes.map(({ name }) => name);
    const partsOf = (block: string) =>
      blocks.filter((name) => name.startsWith(`${block}/`)).map((name) => name.slice(block.length + 1));
    expect(partsOf('block_1')).toEqual([
      'depthwise',
      'depthwise-norm',
      'depthwise-relu6',
      'project',
      'project-norm',
    ]);
    expect(partsOf('block_3')).toEqual([
      'expand',
      'expand-norm',
      'expand-relu6',
      'depthwise',
      'depthwise-norm',
      'depthwise-relu6',
      'project',
      'project-norm',
      'add',
    ]);
    // One addition per repeat but the first of every stage: 1 + 2 + 3 + 2 + 2.
    expect(mobileNetV2().nodes.filter(({ op }) => op === 'add')).toHaveLength(10);
  });

  test.each([
    [{}, 3_504_872, 3_538_984],
    [{ variant: 'torchvision' } as const, 3_504_872, 3_538_984],
    [{ variant: 'paper' } as const, 3_504_872, 3_538_984],
    [{ width: 1.4 }, 6_108_776, undefined],
    [{ width: 0.35 }, 1_677_128, undefined],
  ])('counts its parameters: %j', (options, trainable, total) => {
    const counts = parameterCounts(mobileNetV2(options));
    expect(counts.trainable).toBe(trainable);
    if (total !== undefined) expect(counts.total).toBe(total);
  });

  test('agrees with every derived count of parameters', ({ skip }) => {
    if (derived === undefined) return skip(absent);
    const rows = Object.entries(derived).flatMap(([name, row]) => {
      const [, width, resolution] = /^mobilenet_v2_([\d.]+)_(\d+)$/.exec(name) ?? [];
      return width === undefined ? [] : [{ width: Number(width), resolution: Number(resolution), row }];
    });
    expect(rows).toHaveLength(22);
    for (const { width, resolution, row } of rows) {
      expect(parameterCounts(mobileNetV2({ width, resolution })).trainable).toBe(row.params_trainable);
    }
  });

  test('widens the last layer only above width 1', () => {
    const last = (width: number) => shapeOf(mobileNetV2({ width }), 'head/conv')?.at(-1);
    expect([0.35, 1, 1.4].map(last)).toEqual([1280, 1280, 1792]);
  });

  test('its twin has a standard convolution for each depthwise layer and its projection', () => {
    const twin = mobileNetV2({ separable: false });
    expect(twin.nodes.filter(({ op }) => op === 'depthwise-conv2d')).toEqual([]);
    expect(blockShapes(twin)).toEqual(blockShapes(mobileNetV2()));
    expect(twin.parameters.find(({ name }) => name === 'block_3/conv/weight')?.shape).toEqual([
      3, 3, 144, 24,
    ]);
  });

  test('torchvision pads all sides, Keras the bottom and the right', () => {
    const stem = (variant: NetworkVariant) => {
      const node = mobileNetV2({ variant }).nodes[0];
      return node?.op === 'conv2d' ? node.attributes.padding : undefined;
    };
    expect(stem('keras')).toEqual({ top: 0, bottom: 1, left: 0, right: 1 });
    expect(stem('torchvision')).toEqual({ top: 1, bottom: 1, left: 1, right: 1 });
  });

  test('takes odd resolutions', () => {
    expect(shapeOf(mobileNetV2({ resolution: 97, width: 0.5 }), 'block_17/project')).toEqual([1, 4, 4, 160]);
  });

  test('refuses a variant that it does not have', () => {
    const build = () => mobileNetV2({ variant: 'caffe' } as object);
    expect(build).toThrow(NetworkError);
    expect(build).toThrow('mobilenet-v2: variant must be one of keras, torchvision, paper, not "caffe"');
  });
});
