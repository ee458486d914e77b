import { validateNetwork } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { buildModel } from '../peers/models.ts';
import { extract, groupsOf } from './groups.ts';

const v1 = buildModel('v1-0.25-32').folded;
const v2 = buildModel('v2-0.35-32').folded;

describe('groupsOf', () => {
  test('finds the 13 pairs of V1, which have no expansion', () => {
    const groups = groupsOf(v1);
    expect(groups.map(({ kind }) => kind)).toEqual(Array.from({ length: 13 }, () => 'pair'));
    expect(groups[0]?.nodes.map(({ op }) => op)).toEqual([
      'depthwise-conv2d',
      'relu6',
      'pointwise-conv2d',
      'relu6',
    ]);
  });

  test('finds the 17 pairs of V2 and the 16 blocks with an expansion, with the residual addition', () => {
    const groups = groupsOf(v2);
    expect(groups.filter(({ kind }) => kind === 'pair').length).toBe(17);
    const blocks = groups.filter(({ kind }) => kind === 'block');
    expect(blocks.length).toBe(16);
    expect(blocks[1]?.nodes.map(({ op }) => op)).toEqual([
      'pointwise-conv2d',
      'relu6',
      'depthwise-conv2d',
      'relu6',
      'pointwise-conv2d',
      'add',
    ]);
  });
});

describe('extract', () => {
  test('makes a network that stands by itself, with its weights and no others', () => {
    for (const group of groupsOf(v2)) {
      const network = extract(v2, group);
      validateNetwork(network);
      expect([...network.weights.keys()].sort()).toEqual(
        network.graph.parameters.map(({ name }) => name).sort(),
      );
    }
  });

  test('a block reads its input once, also where it adds it; the pair in it needs it as a second one', () => {
    const [pair, block] = groupsOf(v2).filter(({ nodes }) => nodes.some(({ op }) => op === 'add'));
    expect(extract(v2, pair!).graph.inputs.length).toBe(2);
    expect(extract(v2, block!).graph.inputs.length).toBe(1);
  });
});
