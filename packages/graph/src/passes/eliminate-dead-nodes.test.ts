import { zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.js';
import type { Network } from '../types.js';
import { validateNetwork } from '../validate.js';
import { eliminateDeadNodes } from './eliminate-dead-nodes.js';

function network(): Network {
  const builder = new GraphBuilder('g');
  const x = builder.input('x', [4]);
  const unused = builder.input('unused', [4]);
  const live = builder.node('add', [x, builder.parameter('live', [4], 'constant')], {}, 'sum');
  const dead = builder.node('mul', [live, builder.parameter('dead', [4], 'constant')], {}, 'product');
  builder.node('relu', [dead], {}, 'behind-dead');
  builder.node('relu', [unused], {}, 'of-unused');
  const graph = builder.build([builder.node('relu', [live], {}, 'out')]);
  return { graph, weights: new Map(['live', 'dead'].map((name) => [name, zeros('float32', [4])])) };
}

describe('eliminateDeadNodes', () => {
  it('keeps what an output needs, in order, and every input', () => {
    const { graph, weights } = eliminateDeadNodes(network());
    expect(graph.nodes.map(({ name }) => name)).toEqual(['sum', 'out']);
    expect(graph.parameters.map(({ name }) => name)).toEqual(['live']);
    expect([...weights.keys()]).toEqual(['live']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'unused']);
    expect(() => validateNetwork({ graph, weights })).not.toThrow();
  });

  it('changes nothing the second time, nor the network that it was given', () => {
    const before = network();
    const once = eliminateDeadNodes(before);
    expect(eliminateDeadNodes(once)).toEqual(once);
    expect(before).toEqual(network());
  });

  it('keeps a parameter that is an output', () => {
    const { graph, weights } = network();
    const reduced = eliminateDeadNodes({ graph: { ...graph, outputs: ['dead'] }, weights });
    expect(reduced.graph.nodes).toEqual([]);
    expect([...reduced.weights.keys()]).toEqual(['dead']);
  });
});
