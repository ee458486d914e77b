import { describe, expect, test } from 'vitest';
import { judge, rangeOf } from './judge.ts';

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

describe('judge', () => {
  test('accepts what is within the bound, and says how near it came', () => {
    const verdict = judge(floats(1, 2.25), floats(1, 2), 0.5);
    expect(verdict).toEqual({ ok: true, maxError: 0.25, maxErrorOverBound: 0.5 });
  });

  test('refuses one element too many, with its own bound', () => {
    expect(judge(floats(1.5, 2.5), floats(1, 2), floats(1, 0.25)).ok).toBe(false);
  });

  test('NaN is right only where the reference has NaN', () => {
    expect(judge(floats(Number.NaN), floats(Number.NaN), 0).ok).toBe(true);
    expect(judge(floats(Number.NaN), floats(1), 1e9).ok).toBe(false);
    expect(judge(floats(1), floats(Number.NaN), 1e9).ok).toBe(false);
  });

  test('an infinity is right only where the reference has the same', () => {
    expect(judge(floats(Infinity), floats(Infinity), 0).ok).toBe(true);
    expect(judge(floats(-Infinity), floats(Infinity), 1e9).ok).toBe(false);
  });

  test('another length is an error', () => {
    expect(() => judge(floats(1), floats(1, 2), 1)).toThrow('1 elements instead of 2');
  });
});

test('rangeOf spans from the smallest to the largest', () => {
  expect(rangeOf(floats(3, -1, 2))).toBe(4);
});
