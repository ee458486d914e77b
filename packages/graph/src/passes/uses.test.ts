import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { producersOf, usesOf } from './uses.js';

function graph() {
  const builder = new GraphBuilder('g');
  const x = builder.input('x', [1]);
  const square = builder.node('mul', [x, x], {}, 'square');
  return builder.build([builder.node('relu', [square], {}, 'out'), square]);
}

describe('usesOf', () => {
  it('lists readers in order, twice where a node reads twice, and the graph itself', () => {
    const [mul, relu] = graph().nodes;
    const uses = usesOf(graph());
    expect(uses.get('x')).toEqual([mul, mul]);
    expect(uses.get('square')).toEqual([relu, 'output']);
    expect(uses.get('out')).toEqual(['output']);
    expect(uses.get('nothing')).toBeUndefined();
  });
});

describe('producersOf', () => {
  it('finds the node of a value, and none for an input', () => {
    const producers = producersOf(graph());
    expect(producers.get('square')?.op).toBe('mul');
    expect(producers.get('x')).toBeUndefined();
  });
});
