import { describe, expect, it } from 'vitest';
import { compareTensors, describeComparison } from './compare.js';
import { TensorError } from './errors.js';
import { createTensor, float32Tensor } from './tensor.js';

const of = (...values: number[]) => float32Tensor([values.length], values);

describe('compareTensors', () => {
  it('allows a difference up to the bound and no more', () => {
    expect(compareTensors(of(1, 2), of(1.5, 2), 0.5)).toMatchObject({
      ok: true,
      maxError: 0.5,
      maxErrorOverBound: 1,
    });
    const comparison = compareTensors(of(1, 2), of(1.5, 2), 0.25);
    expect(comparison).toMatchObject({ ok: false, mismatchCount: 1, maxErrorOverBound: 2 });
    expect(comparison.mismatches).toEqual([{ position: [0], actual: 1, expected: 1.5, bound: 0.25 }]);
  });

  it('takes a bound for each element', () => {
    expect(compareTensors(of(1, 1), of(2, 1.5), [1, 0.5]).ok).toBe(true);
    expect(compareTensors(of(1, 1), of(2, 1.5), [1, 0.25]).mismatches[0]?.position).toEqual([1]);
    expect(() => compareTensors(of(1, 1), of(2, 1.5), [1])).toThrow(
      '2 elements need as many bounds, but there are 1',
    );
  });

  it('matches NaN with NaN only', () => {
    expect(compareTensors(of(NaN), of(NaN), 0).ok).toBe(true);
    expect(compareTensors(of(NaN), of(1), Infinity).ok).toBe(false);
    expect(compareTensors(of(1), of(NaN), Infinity).ok).toBe(false);
    expect(compareTensors(of(NaN), of(Infinity), Infinity).ok).toBe(false);
  });

  it('matches an infinity with itself only, whatever the bound', () => {
    expect(compareTensors(of(Infinity, -Infinity), of(Infinity, -Infinity), 0).ok).toBe(true);
    expect(compareTensors(of(Infinity), of(-Infinity), Infinity).ok).toBe(false);
    expect(compareTensors(of(Infinity), of(3e38), Infinity)).toMatchObject({
      ok: false,
      maxErrorOverBound: Infinity,
    });
    expect(compareTensors(of(3e38), of(Infinity), Infinity).ok).toBe(false);
  });

  it('takes −0 for 0', () => {
    expect(compareTensors(of(-0), of(0), 0).ok).toBe(true);
  });

  it('allows nothing where the bound is NaN', () => {
    expect(compareTensors(of(1), of(1), NaN)).toMatchObject({ ok: true, maxErrorOverBound: 0 });
    expect(compareTensors(of(1), of(2), NaN)).toMatchObject({ ok: false, maxErrorOverBound: Infinity });
  });

  it('compares binary16 as the numbers that it stands for', () => {
    const half = (...bits: number[]) => createTensor('float16', [bits.length], Uint16Array.from(bits));
    // 0 and −0, two NaNs, 1 and the next number after it.
    expect(
      compareTensors(half(0x0000, 0x7e00, 0x3c00), half(0x8000, 0x7c01, 0x3c01), 2 ** -10),
    ).toMatchObject({
      ok: true,
      maxError: 2 ** -10,
    });
  });

  it('reports the first ten mismatches with their positions', () => {
    const actual = float32Tensor([2, 2, 3], new Float32Array(12));
    const comparison = compareTensors(actual, float32Tensor([2, 2, 3], new Float32Array(12).fill(1)), 0);
    expect(comparison.mismatchCount).toBe(12);
    expect(comparison.mismatches.length).toBe(10);
    expect(comparison.mismatches[5]?.position).toEqual([0, 1, 2]);
    expect(comparison.mismatches[6]?.position).toEqual([1, 0, 0]);
  });

  it('refuses different shapes', () => {
    expect(() => compareTensors(of(1), of(1, 2), 0)).toThrow(TensorError);
    expect(() => compareTensors(of(1), of(1, 2), 0)).toThrow('the shapes 1 (actual) and 2 (expected)');
  });
});

describe('describeComparison', () => {
  it('says what was equal, and what was not where', () => {
    expect(describeComparison(compareTensors(of(1), of(1.5), 1))).toBe(
      'equal within bounds (largest error 0.5)',
    );
    expect(describeComparison(compareTensors(of(1, 2), of(1, 4), 1))).toBe(
      '1 elements out of bounds, the first 1:\n  at [1]: 2 instead of 4, off by 2 where 1 is allowed',
    );
  });
});
