import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.js';
import { pointwiseConv2d } from '../layers.js';
import { lifetimesOf } from './lifetimes.js';

describe('lifetimesOf', () => {
  it('runs from the step that writes to the last that reads', () => {
    const builder = new GraphBuilder('residual');
    const image = builder.input('image', [1, 2, 2, 3]);
    const a = builder.node('relu', [image], {}, 'a');
    const b = pointwiseConv2d(builder, a, { filters: 3, name: 'b' });
    const c = builder.node('relu6', [b], {}, 'c');
    const sum = builder.node('add', [a, c], {}, 'sum');
    expect(lifetimesOf(builder.build([sum]))).toEqual([
      { value: 'image', start: -1, end: 0 },
      { value: 'a', start: 0, end: 3 },
      { value: 'b', start: 1, end: 2 },
      { value: 'c', start: 2, end: 3 },
      { value: 'sum', start: 3, end: 4 },
    ]);
  });

  it('keeps outputs to the end, though they are written early or are inputs', () => {
    const builder = new GraphBuilder('outputs');
    const x = builder.input('x', [1]);
    const early = builder.node('relu', [x], {}, 'early');
    const late = builder.node('relu', [early], {}, 'late');
    expect(lifetimesOf(builder.build([late, early, x]))).toEqual([
      { value: 'x', start: -1, end: 2 },
      { value: 'early', start: 0, end: 2 },
      { value: 'late', start: 1, end: 2 },
    ]);
  });

  it('gives what nobody reads the step in which it is written', () => {
    const builder = new GraphBuilder('unread');
    const x = builder.input('x', [1]);
    builder.input('unused', [1]);
    builder.node('relu', [x], {}, 'dead');
    const graph = builder.build([builder.node('relu6', [x], {}, 'out')]);
    expect(lifetimesOf(graph)).toEqual([
      { value: 'x', start: -1, end: 1 },
      { value: 'unused', start: -1, end: -1 },
      { value: 'dead', start: 0, end: 0 },
      { value: 'out', start: 1, end: 2 },
    ]);
  });
});
