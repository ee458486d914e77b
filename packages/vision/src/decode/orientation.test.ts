import { describe, expect, it } from 'vitest';
import { exifOf, orient, orientationOf as orientationOfTiff } from './orientation.js';

const orientationOf = (segment: Uint8Array): number => orientationOfTiff(exifOf(segment) ?? new Uint8Array());

/** An APP1 segment's content with one entry: the orientation. */
function exif(value: number, little: boolean, tag = 0x0112, type: 3 | 4 = 3): Uint8Array {
  const segment = new Uint8Array(6 + 8 + 2 + 12 + 4);
  segment.set(Buffer.from(`Exif\0\0${little ? 'II' : 'MM'}`, 'latin1'));
  const view = new DataView(segment.buffer);
  view.setUint16(8, 42, little);
  view.setUint32(10, 8, little);
  view.setUint16(14, 1, little);
  view.setUint16(16, tag, little);
  view.setUint16(18, type, little);
  view.setUint32(20, 1, little);
  if (type === 3) view.setUint16(24, value, little);
  else view.setUint32(24, value, little);
  return segment;
}

describe('orientationOf', () => {
  it('reads both byte orders and both types', () => {
    for (const little of [false, true]) {
      for (let value = 1; value <= 8; value++) {
        expect(orientationOf(exif(value, little))).toBe(value);
        expect(orientationOf(exif(value, little, 0x0112, 4))).toBe(value);
      }
    }
  });

  it('is upright for anything unclear', () => {
    expect(orientationOf(exif(9, true))).toBe(1);
    expect(orientationOf(exif(0, false))).toBe(1);
    expect(orientationOf(exif(6, true, 0x0110))).toBe(1);
    for (let length = 0; length < 28; length++) {
      expect(orientationOf(exif(6, true).subarray(0, length))).toBe(1);
    }
    const far = exif(6, true);
    new DataView(far.buffer).setUint32(10, 0xffffffff, true);
    expect(orientationOf(far)).toBe(1);
  });
});

describe('orient', () => {
  // The scene is  1 2 3
  //               4 5 6 ; below is how each orientation stores it (EXIF 2.3, figure 8 of the TIFF tag).
  const scene = [1, 2, 3, 4, 5, 6];
  const stored: Readonly<Record<number, readonly [width: number, values: readonly number[]]>> = {
    1: [3, [1, 2, 3, 4, 5, 6]],
    2: [3, [3, 2, 1, 6, 5, 4]],
    3: [3, [6, 5, 4, 3, 2, 1]],
    4: [3, [4, 5, 6, 1, 2, 3]],
    5: [2, [1, 4, 2, 5, 3, 6]],
    6: [2, [3, 6, 2, 5, 1, 4]],
    7: [2, [6, 3, 5, 2, 4, 1]],
    8: [2, [4, 1, 5, 2, 6, 3]],
  };

  it.each(Object.entries(stored))('orientation %s stands upright', (orientation, [width, values]) => {
    const data = Uint8Array.from(values.flatMap((value) => [value, value, value]));
    const upright = orient({ data, width, height: 6 / width }, Number(orientation));
    expect(upright).toMatchObject({ width: 3, height: 2 });
    expect([...(upright.data as Uint8Array)].filter((_, i) => i % 3 === 0)).toEqual(scene);
  });
});
