import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const row = (...values: number[]) => float32Tensor([1, 1, values.length, 1], values);

describe('resize2d', () => {
  it('repeats the nearest pixel', () => {
    const attributes = {
      size: [2, 4],
      mode: 'nearest',
      coordinates: 'asymmetric',
      rounding: 'floor',
    } as const;
    const input = float32Tensor([1, 1, 2, 2], [1, 2, 3, 4]);
    expect(valuesOf(runOp('resize2d', attributes, [input]))).toEqual([
      1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4,
    ]);
  });

  it('means two pixels by their distance, and those outside are as the outermost', () => {
    const attributes = { size: [1, 4], mode: 'linear', coordinates: 'half-pixel' } as const;
    // The centres lie at −¼, ¼, ¾ and 1¼.
    expect(valuesOf(runOp('resize2d', attributes, [row(0, 8)]))).toEqual([0, 2, 6, 8]);
    const corners = { ...attributes, coordinates: 'align-corners', size: [1, 3] } as const;
    expect(valuesOf(runOp('resize2d', corners, [row(0, 8)]))).toEqual([0, 4, 8]);
  });

  it('means in both directions', () => {
    const attributes = { size: [3, 3], mode: 'linear', coordinates: 'align-corners' } as const;
    const input = float32Tensor([1, 2, 2, 1], [0, 4, 8, 12]);
    expect(valuesOf(runOp('resize2d', attributes, [input]))).toEqual([0, 2, 4, 4, 6, 8, 8, 10, 12]);
  });

  it('adds no infinity from a pixel that has no share', () => {
    const attributes = { size: [1, 3], mode: 'linear', coordinates: 'align-corners' } as const;
    expect(valuesOf(runOp('resize2d', attributes, [row(1, Infinity)]))).toEqual([1, Infinity, Infinity]);
  });
});
