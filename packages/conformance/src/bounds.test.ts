import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { accumulationBound } from './bounds.ts';
import type { FloatTensor } from './floats.ts';

const of = (...values: number[]): FloatTensor => float32Tensor([values.length], values);
const u = 2 ** -24;

/** The dot product of two vectors and a bias, in float64: an oracle for one element. */
const dot = async ([x, w, b]: readonly FloatTensor[]): Promise<FloatTensor> =>
  of(x!.data.reduce((sum, value, i) => sum + value * w!.data[i]!, b?.data[0] ?? 0));

const callOf = (inputs: FloatTensor[], errors: FloatTensor[]) => ({
  inputs,
  errors,
  output: of(0),
  run: dot,
});

describe('accumulationBound', () => {
  it('is (k + 2) · u · (|b| + Σ|x·w|) + k · 2⁻¹⁴⁹ for exact inputs', async () => {
    const inputs = [of(1, -2, 3), of(-4, 5, 6), of(-0.5)];
    const bound = await accumulationBound(callOf(inputs, [of(0, 0, 0), of(0, 0, 0), of(0)]), 3);
    // |−0.5| + 4 + 10 + 18 = 32.5
    expect(bound.data[0]).toBeGreaterThanOrEqual(5 * u * 32.5);
    expect(bound.data[0]).toBeLessThanOrEqual(5 * u * 32.5 * (1 + 2 ** -19));
    const nothing = await accumulationBound(callOf([of(0), of(7)], [of(0), of(0)]), 1);
    expect(nothing.data[0]).toBe(2 ** -149);
  });

  it('adds Σ ε·|w| for inputs that err, and |x|·ε for weights that do', async () => {
    const inputs = [of(1, -2), of(-4, 5)];
    const bound = await accumulationBound(callOf(inputs, [of(0.5, 0.25), of(0, 0)]), 2);
    // 0.5·4 + 0.25·5 = 3.25, and 4u times 1.5·4 + 2.25·5.
    expect(bound.data[0]! - 3.25).toBeGreaterThanOrEqual(4 * u * 17.25);
    expect(bound.data[0]! - 3.25).toBeLessThanOrEqual(4 * u * 17.25 + 3.25 * 2 ** -19);
    const weights = await accumulationBound(callOf(inputs, [of(0, 0), of(0.5, 0.25)]), 2);
    expect(weights.data[0]).toBeCloseTo(0.5 * 1 + 0.25 * 2, 4);
  });
});
