import { type Graph, GraphBuilder } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { classCount, endsInProbabilities, rankClasses } from './classes.js';

const graphOf = (finish: (builder: GraphBuilder, rows: string) => string): Graph => {
  const builder = new GraphBuilder('tiny');
  return builder.build([finish(builder, builder.input('rows', [1, 3]))]);
};

describe('endsInProbabilities', () => {
  it('looks through what only renames', () => {
    const direct = graphOf((b, rows) => b.node('softmax', [rows], { axis: 1 }));
    const reshaped = graphOf((b, rows) =>
      b.node('reshape', [b.node('softmax', [rows], { axis: 1 })], { shape: [1, 1, 1, 3] }),
    );
    expect([direct, reshaped].map((graph) => endsInProbabilities(graph))).toEqual([true, true]);
    expect(endsInProbabilities(graphOf((b, rows) => b.node('sigmoid', [rows], {})))).toBe(true);
  });
  it('knows logits', () => {
    expect(endsInProbabilities(graphOf((b, rows) => b.node('relu', [rows], {})))).toBe(false);
  });
});

describe('rankClasses', () => {
  it('sorts, and keeps the order of equal ones', () => {
    const top = rankClasses(float32Tensor([1, 3], [0.25, 0.5, 0.25]), 2, true);
    expect(top).toEqual([
      { index: 1, probability: 0.5 },
      { index: 0, probability: 0.25 },
    ]);
  });
  it('makes probabilities of logits, however large', () => {
    const logits = float32Tensor([1, 3], [1000, 1000 + Math.log(3), 1000]);
    const top = rankClasses(logits, 3, false);
    expect(top.map(({ probability }) => probability)).toEqual(
      [0.6, 0.2, 0.2].map((p) => expect.closeTo(p, 4)),
    );
    expect(top[0]).toMatchObject({ index: 1 });
  });
  it('refuses what is no number', () => {
    expect(() => rankClasses(float32Tensor([1, 3], [NaN, 0, 1]), 2, true)).toThrow(/not a number/);
  });
});

describe('classCount', () => {
  const graph = graphOf((b, rows) => b.node('relu', [rows], {}));
  it('takes one row, whatever its rank', () => {
    expect(classCount(graph, [1, 1001])).toBe(1001);
    expect(classCount(graph, [1, 1, 1, 10])).toBe(10);
  });
  it('refuses maps and single numbers', () => {
    expect(() => classCount(graph, [1, 7, 7, 21])).toThrow(/1×7×7×21, not one row of classes/);
    expect(() => classCount(graph, [1, 1])).toThrow(/not one row/);
  });
});
