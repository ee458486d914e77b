import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { apply, runOp, valuesOf } from '../testing/run-op.js';

describe('functions of one number', () => {
  it.each([
    ['abs', [-2, -0, 3, -Infinity, NaN], [2, 0, 3, Infinity, NaN]],
    ['neg', [-2, 3, -Infinity, NaN], [2, -3, Infinity, NaN]],
    ['sqrt', [0, 4, 2.25, -1, Infinity, NaN], [0, 2, 1.5, NaN, Infinity, NaN]],
    ['exp', [0, -Infinity, Infinity, -200, 200, NaN], [1, 0, Infinity, 0, Infinity, NaN]],
    ['tanh', [0, -Infinity, Infinity, NaN], [0, -1, 1, NaN]],
    ['erf', [0, -Infinity, Infinity, NaN], [0, -1, 1, NaN]],
  ] as const)('%s of %j', (op, values, expected) => {
    expect(apply(op, {}, ...values)).toEqual(expected);
  });

  it('exp, tanh and erf where tables have them', () => {
    expect(apply('exp', {}, 1, -1)).toEqual([Math.fround(Math.E), Math.fround(1 / Math.E)]);
    // tanh(ln 2) = (2 − ½) / (2 + ½).
    expect(apply('tanh', {}, Math.LN2)[0]).toBeCloseTo(0.6, 6);
    expect(apply('erf', {}, 0.5)[0]).toBeCloseTo(0.5204998778, 7);
  });
});

describe('functions of two numbers', () => {
  const of = (op: 'sub' | 'div' | 'pow', a: number[], b: number[]): number[] =>
    valuesOf(runOp(op, {}, [float32Tensor([a.length], a), float32Tensor([b.length], b)]));

  it('sub and div', () => {
    expect(of('sub', [5, 1, Infinity], [3])).toEqual([2, -2, Infinity]);
    expect(of('sub', [5], [3, 1])).toEqual([2, 4]);
    expect(of('div', [6, 1, -1, 0], [3, 0, 0, 0])).toEqual([2, Infinity, -Infinity, NaN]);
  });

  it('pow', () => {
    expect(of('pow', [1, 2, 3], [4, 5, 6])).toEqual([1, 32, 729]);
    expect(of('pow', [4, 8, 2], [0.5, 1 / 3, -1]).map((x) => Math.round(x * 1e5) / 1e5)).toEqual([2, 2, 0.5]);
    expect(of('pow', [-2, -2, -2], [2, 3, 0.5])).toEqual([4, -8, NaN]);
    expect(of('pow', [0, 0, 0], [2, -2, 0])).toEqual([0, Infinity, 1]);
  });

  it('pow of 1, and to 0, is 1', () => {
    expect(of('pow', [1, 1, -1, NaN], [NaN, Infinity, Infinity, 0])).toEqual([1, 1, 1, 1]);
    expect(of('pow', [NaN, 2, -1], [1, NaN, NaN])).toEqual([NaN, NaN, NaN]);
  });
});
