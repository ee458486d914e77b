import { float32Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, boundTensor, isZero, reachOf, roundUp, smallestSubnormal } from './floats.ts';

describe('roundUp', () => {
  it('gives the smallest float32 number that is not below', () => {
    expect(roundUp(0)).toBe(0);
    expect(roundUp(1)).toBe(1);
    expect(roundUp(1 + 2 ** -40)).toBe(1 + 2 ** -23);
    expect(roundUp(2 ** -200)).toBe(smallestSubnormal);
    expect(roundUp(1e39)).toBe(Infinity);
    expect(roundUp(NaN)).toBeNaN();
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3e38, noNaN: true }), (value) => {
        const up = roundUp(value);
        expect(up).toBe(Math.fround(up));
        expect(up).toBeGreaterThanOrEqual(value);
        const bits = new Uint32Array(new Float32Array([up]).buffer);
        bits[0] = Math.max(0, bits[0]! - 1);
        if (up > 0) expect(new Float32Array(bits.buffer)[0]).toBeLessThan(value === up ? up : value);
      }),
    );
  });
});

describe('tensors of bounds', () => {
  const tensor = float32Tensor([3], [-1, 0, 2]);

  it('are shaped like what they bound, and rounded up', () => {
    expect(boundTensor([2, 1], (index) => index * 0.1).data).toEqual(Float32Array.of(0, roundUp(0.1)));
    expect(absolute(tensor).data).toEqual(Float32Array.of(1, 0, 2));
    expect(reachOf(tensor, float32Tensor([3], [0.5, 0.5, 0])).data).toEqual(Float32Array.of(1.5, 0.5, 2));
  });

  it('know when they allow nothing', () => {
    expect(isZero(float32Tensor([2], [0, -0]))).toBe(true);
    expect(isZero(tensor)).toBe(false);
    expect(isZero(float32Tensor([1], [NaN]))).toBe(false);
  });
});
