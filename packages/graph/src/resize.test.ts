import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resize2dAttributes } from './ops/resize2d.js';
import { resizeTaps } from './resize.js';

/** Index and weight of every tap along the width, position by position. */
const along = (input: number, output: number, more: Partial<Resize2dAttributes>) =>
  resizeTaps({ size: [1, output], mode: 'linear', coordinates: 'half-pixel', ...more }, 1, input).map(
    (taps) => taps.map(({ index, weight }) => [index, weight]),
  );
const nearest = (input: number, output: number, more: Partial<Resize2dAttributes>) =>
  along(input, output, { mode: 'nearest', ...more }).map(([tap]) => tap?.[0]);

describe('resizeTaps', () => {
  it('weighs two neighbours by their distance', () => {
    expect(along(2, 4, {})).toEqual([
      [[0, 1]],
      [
        [0, 0.75],
        [1, 0.25],
      ],
      [
        [0, 0.25],
        [1, 0.75],
      ],
      [[1, 1]],
    ]);
  });

  it('rounds ties as told', () => {
    // Positions ½ and 2½.
    const rounded = (rounding: NonNullable<Resize2dAttributes['rounding']>) => nearest(4, 2, { rounding });
    expect(rounded('round-prefer-floor')).toEqual([0, 2]);
    expect(rounded('round-prefer-ceil')).toEqual([1, 3]);
    expect(rounded('floor')).toEqual([0, 2]);
    expect(rounded('ceil')).toEqual([1, 3]);
    expect(nearest(2, 6, { coordinates: 'asymmetric', rounding: 'floor' })).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('looks up whole positions exactly, whatever the scale', () => {
    for (let factor = 1; factor <= 50; factor++) {
      const found = nearest(37, 37 * factor, { coordinates: 'asymmetric', rounding: 'floor' });
      expect(found).toEqual(Array.from({ length: 37 * factor }, (_, y) => Math.floor(y / factor)));
    }
  });

  it('lays corners on corners', () => {
    expect(along(3, 5, { coordinates: 'align-corners' })[2]).toEqual([[1, 1]]);
    expect(along(3, 5, { coordinates: 'align-corners' })[4]).toEqual([[2, 1]]);
    expect(along(3, 1, { coordinates: 'align-corners' })).toEqual([[[0, 1]]]);
    expect(along(3, 1, { coordinates: 'pytorch-half-pixel' })).toEqual([[[0, 1]]]);
  });

  it('has Keys’ cubic weights half way, and leaves those outside out when told to', () => {
    // a = −¾: (a/8, ½ − a/8, ½ − a/8, a/8) half way between two pixels.
    const [, middle] = along(4, 7, { mode: 'cubic', coordinates: 'align-corners' });
    expect(middle).toEqual([
      [0, 0.59375 - 0.09375],
      [1, 0.59375],
      [2, -0.09375],
    ]);
    const [, without] = along(4, 7, { mode: 'cubic', coordinates: 'align-corners', excludeOutside: true });
    expect(without?.reduce((sum, [, weight = 0]) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(without?.[0]?.[1]).toBeCloseTo(0.59375 / (2 * 0.59375 - 0.09375), 12);
  });

  it('averages over everything that an output pixel covers, with antialias', () => {
    expect(along(4, 2, { antialias: true })[0]).toEqual([
      [0, 0.5 + 0],
      [1, 0.375],
      [2, 0.125],
    ]);
  });

  it('gives every position weights that add up to 1, of inside pixels in order', () => {
    const drawn = fc.record({
      input: fc.integer({ min: 1, max: 30 }),
      output: fc.integer({ min: 1, max: 40 }),
      mode: fc.constantFrom('nearest', 'linear', 'cubic'),
      coordinates: fc.constantFrom(
        'half-pixel',
        'half-pixel-symmetric',
        'pytorch-half-pixel',
        'align-corners',
        'asymmetric',
        'affine',
      ),
      start: fc.constantFrom([0, 0], [0, -1e300], [0, 1e300], [0, 2.5]),
      step: fc.constantFrom([0, 0.5], [0, -1e300], [0, 0]),
      antialias: fc.boolean(),
      excludeOutside: fc.boolean(),
    });
    fc.assert(
      fc.property(drawn, ({ input, output, ...attributes }) => {
        const isPlain = attributes.mode === 'nearest' || attributes.coordinates === 'affine';
        const more = { ...attributes, antialias: attributes.antialias && !isPlain };
        const positions = along(input, output, more as Partial<Resize2dAttributes>);
        expect(positions.length).toBe(output);
        for (const taps of positions) {
          const indices = taps.map(([index = -1]) => index);
          expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
          expect(indices.every((index) => index >= 0 && index < input)).toBe(true);
          expect(taps.reduce((sum, [, weight = 0]) => sum + weight, 0)).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

it('one pixel is one pixel, whatever a scale times the input is in doubles', () => {
  for (const coordinates of ['pytorch-half-pixel', 'align-corners'] as const) {
    const attributes = {
      size: [1, 1],
      scales: [Math.fround(0.2), 0.2],
      mode: 'linear',
      coordinates,
    } as const;
    for (const axis of [0, 1] as const)
      expect(resizeTaps(attributes, axis, 5)).toEqual([[{ index: 0, weight: 1 }]]);
  }
});
