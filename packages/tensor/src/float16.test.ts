import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16 } from './float16.js';

const infinity = 0x7c00;
/** Every finite number that is not negative, in ascending order; the index is the bit pattern. */
const finite = Float64Array.from({ length: infinity }, (_, bits) => decodeFloat16(bits));

/** The pattern nearest to a number, by looking at the table; overflow begins halfway to the next power of two. */
function nearest(value: number): number {
  const magnitude = Math.abs(value);
  const sign = Object.is(Math.sign(value), -0) || value < 0 ? 0x8000 : 0;
  if (magnitude >= 65520) return sign | infinity;
  let low = 0;
  let high = infinity;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (finite[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - finite[low]!;
  const above = (finite[low + 1] ?? 65536) - magnitude;
  const up = above < below || (above === below && low % 2 === 1);
  return sign | (up ? low + 1 : low);
}

describe('decodeFloat16', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7c01, NaN],
    [0xffff, NaN],
  ])('reads %i as %s', (bits, value) => {
    expect(decodeFloat16(bits)).toBe(value);
  });

  it('gives numbers that grow with their pattern', () => {
    expect(finite.every((value, bits) => bits === 0 || value > finite[bits - 1]!)).toBe(true);
  });
});

describe('encodeFloat16', () => {
  it('gives every pattern back, and one NaN for all of them', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => {
      const value = decodeFloat16(bits);
      const encoded = encodeFloat16(value);
      // A NaN has a sign bit that JavaScript does not promise to keep.
      return Number.isNaN(value) ? (encoded & 0x7fff) !== 0x7e00 : encoded !== bits;
    });
    expect(wrong).toEqual([]);
  });

  it('rounds to the nearest, and to the even pattern halfway', () => {
    const step = 2 ** -12;
    for (let bits = 0; bits < infinity - 1; bits++) {
      const [low, high] = [finite[bits]!, finite[bits + 1]!];
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const got = [middle, middle - (high - low) * step, middle + (high - low) * step, -middle].map(
        encodeFloat16,
      );
      if (got[0] !== even || got[1] !== bits || got[2] !== bits + 1 || got[3] !== (even | 0x8000)) {
        expect(got).toEqual([even, bits, bits + 1, even | 0x8000]);
      }
    }
  });

  it('overflows from 65520 on', () => {
    expect(encodeFloat16(65519.996)).toBe(0x7bff);
    expect(encodeFloat16(65520)).toBe(0x7c00);
    expect(encodeFloat16(-1e30)).toBe(0xfc00);
    expect(encodeFloat16(Infinity)).toBe(0x7c00);
  });

  it('agrees with a search through all numbers', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(encodeFloat16(value)).toBe(nearest(value));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.float({ min: -70000, max: 70000, noNaN: true }), (value) => {
        expect(encodeFloat16(value)).toBe(nearest(value));
      }),
      { numRuns: 2000 },
    );
  });
});
