import type { BinaryOpName } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const matrix = float32Tensor([2, 2], [1, 2, 3, 4]);

describe('functions of two numbers', () => {
  const of = (op: BinaryOpName, a: number[], b: number[]): number[] =>
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

  it('maximum and minimum, of which NaN is neither', () => {
    expect(of('maximum', [1, 2, NaN, Infinity], [2, 1, 1, NaN])).toEqual([2, 2, NaN, NaN]);
    expect(of('minimum', [1, 2, NaN, Infinity], [2, 1, 1, NaN])).toEqual([1, 1, NaN, NaN]);
  });

  it('less and equal, which NaN is not', () => {
    expect(of('less', [1, 2, 2, NaN, -Infinity], [2, 1, 2, 1, 0])).toEqual([1, 0, 0, 0, 1]);
    expect(of('equal', [1, 2, NaN, Infinity, 0], [2, 2, NaN, Infinity, -0])).toEqual([0, 1, 0, 1, 1]);
  });

  it('mask keeps what it keeps, whatever that is', () => {
    expect(of('mask', [5, 5, NaN, NaN, Infinity, 3], [1, 0, -2, 0, 0, NaN])).toEqual([5, 0, NaN, 0, 0, 3]);
  });

  it('pow of 1, and to 0, is 1', () => {
    expect(of('pow', [1, 1, -1, NaN], [NaN, Infinity, Infinity, 0])).toEqual([1, 1, 1, 1]);
    expect(of('pow', [NaN, 2, -1], [1, NaN, NaN])).toEqual([NaN, NaN, NaN]);
  });
});

describe('add', () => {
  it('adds equal shapes element by element', () => {
    expect(valuesOf(runOp('add', {}, [matrix, matrix]))).toEqual([2, 4, 6, 8]);
  });

  it('stretches a dimension of 1, and a missing one, on either side', () => {
    const row = float32Tensor([2], [10, 20]);
    const column = float32Tensor([2, 1], [10, 20]);
    expect(valuesOf(runOp('add', {}, [matrix, row]))).toEqual([11, 22, 13, 24]);
    expect(valuesOf(runOp('add', {}, [column, matrix]))).toEqual([11, 12, 23, 24]);
    const both = runOp('add', {}, [column, row]);
    expect(both.shape).toEqual([2, 2]);
    expect(valuesOf(both)).toEqual([20, 30, 30, 40]);
  });

  it('rounds once, ties to even', () => {
    const sums = runOp('add', {}, [float32Tensor([2], [2 ** 24, 2 ** 24]), float32Tensor([2], [1, 3])]);
    expect(valuesOf(sums)).toEqual([2 ** 24, 2 ** 24 + 4]);
  });

  it('follows IEEE 754 for what is not finite, and overflows to infinity', () => {
    const a = float32Tensor([4], [Infinity, Infinity, NaN, 3e38]);
    const b = float32Tensor([4], [-Infinity, 0, 1, 3e38]);
    expect(valuesOf(runOp('add', {}, [a, b]))).toEqual([NaN, Infinity, NaN, Infinity]);
  });
});

describe('mul', () => {
  it('multiplies equal shapes element by element', () => {
    expect(valuesOf(runOp('mul', {}, [matrix, matrix]))).toEqual([1, 4, 9, 16]);
  });

  it('gates an image by channel, as squeeze-and-excite does', () => {
    const image = float32Tensor([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    const gate = float32Tensor([2, 1, 1, 2], [1, 10, 100, 1000]);
    expect(valuesOf(runOp('mul', {}, [image, gate]))).toEqual([1, 20, 3, 40, 500, 6000, 700, 8000]);
  });

  it('takes a scalar', () => {
    expect(valuesOf(runOp('mul', {}, [matrix, float32Tensor([], [2])]))).toEqual([2, 4, 6, 8]);
  });

  it('follows IEEE 754 for what is not finite, and overflows to infinity', () => {
    const a = float32Tensor([4], [Infinity, Infinity, NaN, 3e38]);
    const b = float32Tensor([4], [-Infinity, 0, 1, 3e38]);
    expect(valuesOf(runOp('mul', {}, [a, b]))).toEqual([-Infinity, NaN, NaN, Infinity]);
  });
});

describe('prelu', () => {
  const input = float32Tensor([1, 2, 1, 2], [-8, -8, 4, NaN]);

  it('has a slope for each channel', () => {
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([2], [0.25, 0.5])]))).toEqual([-2, -4, 4, NaN]);
  });

  it('has a slope for each pixel, or one for all', () => {
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([2, 1, 1], [2, 3])]))).toEqual([
      -16,
      -16,
      4,
      NaN,
    ]);
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([], [2])]))).toEqual([-16, -16, 4, NaN]);
  });
});
