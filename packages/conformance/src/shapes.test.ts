import { dilatedExtent, outputExtent } from '@sepconv/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelClasses, type Geometry, geometryClasses, plainGeometry } from './shapes.ts';

describe('channelClasses', () => {
  const classes = channelClasses('c');

  it('lie where their names say, relative to each tile', () => {
    const all = (name: string) => fc.sample(classes[name]!, { seed: 1, numRuns: 50 });
    for (const tile of [4, 8, 16]) {
      expect(all(`c_eq_${tile}`).every((c) => c === tile)).toBe(true);
      expect(all(`c_div_${tile}`).every((c) => c > tile && c % tile === 0)).toBe(true);
      expect(all(`c_lt_${tile}`).every((c) => c >= 1 && c < tile)).toBe(true);
      expect(all(`c_gt_${tile}`).every((c) => c > tile && c < 2 * tile)).toBe(true);
    }
    expect(all('c_one')).toEqual(new Array(50).fill(1));
    expect(all('c_not_div_4').every((c) => c % 4 !== 0)).toBe(true);
  });
});

describe('geometryClasses', () => {
  const fits = ({ height, width, window, strides, dilations, padding }: Geometry): boolean =>
    outputExtent(height, padding.top, padding.bottom, dilatedExtent(window[0], dilations[0]), strides[0]) >=
      1 &&
    outputExtent(width, padding.left, padding.right, dilatedExtent(window[1], dilations[1]), strides[1]) >= 1;

  it.each([...Object.entries(geometryClasses), ['plain', plainGeometry] as const])(
    '%s: the window fits',
    (_, drawn) => {
      fc.assert(fc.property(drawn, fits));
    },
  );

  it('cover strides 1 to 3 in both directions, windows up to 31, and every kind of padding', () => {
    const all = Object.values(geometryClasses).flatMap((drawn) =>
      fc.sample(drawn, { seed: 1, numRuns: 100 }),
    );
    const seen = (of: (geometry: Geometry) => unknown): Set<unknown> => new Set(all.map(of));
    expect(seen(({ strides }) => strides[0])).toEqual(new Set([1, 2, 3]));
    expect(seen(({ strides }) => strides[1])).toEqual(new Set([1, 2, 3]));
    expect(seen(({ window }) => window[0])).toContain(31);
    expect(seen(({ window }) => window[1])).toContain(31);
    expect(seen(({ padding }) => padding.top === padding.bottom && padding.left === padding.right).size).toBe(
      2,
    );
    expect(all.some(({ dilations, strides }) => dilations[0] > 1 && strides[0] > 1)).toBe(true);
    expect(all.some(({ window }) => window[0] === 1 && window[1] > 1)).toBe(true);
    expect(all.some(({ window }) => window[1] === 1 && window[0] > 1)).toBe(true);
    expect(all.some(({ strides, window }) => strides[0] > window[0])).toBe(true);
  });
});
