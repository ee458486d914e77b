import type { Graph } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import type { NetworkVariant } from '../blocks/style.js';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts, shapeOf } from '../testing/facts.js';
import { absent, derived } from '../testing/ground-truth.js';
import { mobileNetV3Large, mobileNetV3Small } from './mobilenet-v3.js';

const namesOf = (graph: Graph, block: string): string[] =>
  graph.nodes
    .filter(({ name }) => name.startsWith(`${block}/`))
    .map(({ name }) => name.slice(block.length + 1));

describe('MobileNetV3', () => {
  test('Large has the stages of table 1 of the paper', () => {
    expect(blockShapes(mobileNetV3Large()).map(([, shape]) => shape.slice(2))).toEqual([
      [112, 16],
      [112, 16],
      ...Array.from({ length: 2 }, () => [56, 24]),
      ...Array.from({ length: 3 }, () => [28, 40]),
      ...Array.from({ length: 4 }, () => [14, 80]),
      ...Array.from({ length: 2 }, () => [14, 112]),
      ...Array.from({ length: 3 }, () => [7, 160]),
      [],
    ]);
    expect(shapeOf(mobileNetV3Large(), 'head/conv')).toEqual([1, 7, 7, 960]);
    expect(shapeOf(mobileNetV3Large(), 'head/features')).toEqual([1, 1280]);
  });

  test('Small has the stages of table 2 of the paper', () => {
    expect(blockShapes(mobileNetV3Small()).map(([, shape]) => shape.slice(2))).toEqual([
      [112, 16],
      [56, 16],
      ...Array.from({ length: 2 }, () => [28, 24]),
      ...Array.from({ length: 3 }, () => [14, 40]),
      ...Array.from({ length: 2 }, () => [14, 48]),
      ...Array.from({ length: 3 }, () => [7, 96]),
      [],
    ]);
  });

  test('names a block by its parts, the gate among them', () => {
    expect(namesOf(mobileNetV3Large(), 'block_5')).toEqual([
      'expand',
      'expand-norm',
      'expand-relu',
      'depthwise',
      'depthwise-norm',
      'depthwise-relu',
      'squeeze-pool',
      'squeeze-reduce',
      'squeeze-reduce-relu',
      'squeeze-expand',
      'squeeze-gate',
      'squeeze-mul',
      'project',
      'project-norm',
      'add',
    ]);
    expect(namesOf(mobileNetV3Large({ minimalistic: true }), 'block_5').join()).not.toContain('squeeze');
  });

  test.each([
    ['Large', mobileNetV3Large(), 5_483_032, 5_507_432],
    ['Large, torchvision', mobileNetV3Large({ variant: 'torchvision' }), 5_483_032, 5_507_432],
    ['Small', mobileNetV3Small(), 2_542_856, 2_554_968],
  ])('counts its parameters: %s', (_, graph, trainable, total) => {
    expect(parameterCounts(graph)).toEqual({ trainable, total });
  });

  test('agrees with every derived count of parameters', ({ skip }) => {
    if (derived === undefined) return skip(absent);
    const networks = { large: mobileNetV3Large, small: mobileNetV3Small };
    let compared = 0;
    for (const [name, row] of Object.entries(derived)) {
      const [, size, minimal, width] =
        /^mobilenet_v3_(large|small)_(minimalistic_)?([\d.]+)_224$/.exec(name) ?? [];
      if (size === undefined) continue;
      const graph = networks[size as 'large' | 'small']({
        width: Number(width),
        minimalistic: minimal !== undefined,
      });
      expect({ name, ...parameterCounts(graph) }).toEqual({
        name,
        trainable: row.params_trainable,
        total: row.params_with_bn_stats,
      });
      compared++;
    }
    expect(compared).toBe(6);
  });

  test('minimalistic has neither 5×5 windows nor hard-swish nor a gate', () => {
    const { nodes, parameters } = mobileNetV3Small({ minimalistic: true });
    expect(nodes.filter(({ op }) => op === 'hard-swish' || op === 'hard-sigmoid' || op === 'mul')).toEqual(
      [],
    );
    expect(parameters.every(({ shape }) => shape.length !== 4 || (shape[0] as number) <= 3)).toBe(true);
  });

  test('torchvision narrows the stem and the last dense layer, Keras neither', () => {
    const channels = (variant: NetworkVariant) => {
      const graph = mobileNetV3Large({ width: 0.5, variant });
      return ['stem/conv', 'head/features'].map((value) => shapeOf(graph, value)?.at(-1));
    };
    expect(channels('keras')).toEqual([16, 1280]);
    expect(channels('torchvision')).toEqual([8, 640]);
  });

  test('torchvision has no minimalistic network', () => {
    expect(() => mobileNetV3Large({ minimalistic: true, variant: 'torchvision' })).toThrow(NetworkError);
  });
});
