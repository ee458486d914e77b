import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, randomTensor, restoreRandom } from './random.js';

const words = (count: number, random = restoreRandom([1, 2, 3, 4])): number[] =>
  Array.from({ length: count }, () => random.next() * 2 ** 32);

/** SplitMix32 with exact integers, written from its definition: a Weyl sequence through MurmurHash3's finalizer. */
function splitMix32(seed: bigint, index: bigint): number {
  const mask = 0xffffffffn;
  let word = (seed + index * 0x9e3779b9n) & mask;
  word = ((word ^ (word >> 16n)) * 0x85ebca6bn) & mask;
  word = ((word ^ (word >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(word ^ (word >> 16n));
}

describe('restoreRandom', () => {
  it('is xoshiro128**', () => {
    // The first ten outputs of the authors' xoshiro128starstar.c (version 1.1) from the state {1, 2, 3, 4}, as also
    // in the tests of Rust's rand_xoshiro. The first is rotl(2 · 5, 7) · 9 = 1280 · 9.
    expect(words(10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('continues from a saved state bit for bit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, steps) => {
        const random = createRandom(seed);
        words(steps, random);
        expect(words(5, restoreRandom(random.state()))).toEqual(words(5, random));
      }),
    );
  });

  it('gives unsigned words as its state', () => {
    const random = createRandom(1);
    words(7, random);
    for (const word of random.state()) expect(word).toBeGreaterThanOrEqual(0);
  });
});

describe('createRandom', () => {
  it('spreads its seed by SplitMix32', () => {
    for (const seed of [0, 1, 42, 0xffffffff]) {
      expect(createRandom(seed).state()).toEqual([1n, 2n, 3n, 4n].map((i) => splitMix32(BigInt(seed), i)));
    }
  });

  it('depends on the seed and on nothing else', () => {
    expect(words(8, createRandom(7))).toEqual(words(8, createRandom(7)));
    expect(words(8, createRandom(7))).not.toEqual(words(8, createRandom(8)));
  });

  it('draws from [0, 1) evenly', () => {
    const random = createRandom(3);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16000; i++) counts[Math.floor(random.next() * 16)]! += 1;
    // χ² with 15 degrees of freedom is above 37.7 once in a thousand.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('draws every integer below the limit and no other', () => {
    const random = createRandom(4);
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(5);
    const values = Array.from({ length: 10000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Four standard errors: 1/√n for the mean, √(2/n) for the variance.
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1)).toBeLessThan(0.057);
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('randomTensor', () => {
  it('fills a shape within its limits, from the stream that it is given', () => {
    const random = createRandom(6);
    const tensor = randomTensor([3, 5], random);
    expect(tensor.shape).toEqual([3, 5]);
    expect(tensor.data.every((value) => value >= -1 && value < 1)).toBe(true);
    expect(randomTensor([3, 5], createRandom(6))).toEqual(tensor);
    expect(randomTensor([3, 5], random)).not.toEqual(tensor);
    expect(randomTensor([100], random, 2, 3).data.every((value) => value >= 2 && value <= 3)).toBe(true);
  });

  it('refuses a shape that is none', () => {
    expect(() => randomTensor([0], createRandom(1))).toThrow('dimension 0 must be an integer of at least 1');
  });
});
