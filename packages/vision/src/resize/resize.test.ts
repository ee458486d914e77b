import { readFileSync } from 'node:fs';
import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { VisionError } from '../errors.js';
import type { Image } from './planes.js';
import { type ResizeName, resizeImage, resizeNames } from './resize.js';

interface Recorded {
  readonly cases: readonly {
    readonly size: readonly [width: number, height: number, channels: 1 | 3];
    readonly to: readonly [width: number, height: number];
    readonly pixels: string;
    readonly results: Readonly<Record<string, string>>;
  }[];
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const recorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`../../test/${name}.json`, import.meta.url), 'utf8'));

/** The largest difference of each way from what the program itself gave. */
function differences(program: string): Map<string, number> {
  const worst = new Map<string, number>();
  for (const { size, to, pixels, results } of recorded(program).cases) {
    const [width, height, channels] = size;
    const image: Image = { data: bytesOf(pixels), width, height, channels };
    for (const [way, expected] of Object.entries(results)) {
      const name = `${program}-${way}` as ResizeName;
      const resized = resizeImage(image, { width: to[0], height: to[1] }, name);
      const wanted = bytesOf(expected);
      expect(resized.data.length).toBe(wanted.length);
      const most = wanted.reduce((max, value, i) => Math.max(max, Math.abs(value - resized.data[i]!)), 0);
      worst.set(way, Math.max(worst.get(way) ?? 0, most));
    }
  }
  return worst;
}

describe('resizing as other programs', () => {
  test('gives the bytes of Pillow, with every filter', () => {
    const worst = differences('pillow');
    expect([...worst.keys()].sort()).toEqual(['bicubic', 'bilinear', 'box', 'hamming', 'lanczos', 'nearest']);
    expect([...worst.values()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('gives the bytes of OpenCV', () => {
    const worst = differences('opencv');
    expect(Object.fromEntries(worst)).toEqual({ linear: 0, area: 0 });
  });

  test("TensorFlow's antialiasing is Pillow's without roundings to bytes", () => {
    for (const [way, most] of [
      // Two roundings to bytes by half a step each; the cubic's weights add up to at most 1.3 in size.
      ['bilinear', 1 + 1e-3],
      ['bicubic', 0.5 * 1.3 + 0.5 + 1e-3],
    ] as const) {
      let compared = 0;
      for (const { size, to, pixels, results } of recorded('pillow').cases) {
        const [width, height, channels] = size;
        const target = { width: to[0], height: to[1] };
        const image: Image = { data: bytesOf(pixels), width, height, channels };
        const smooth = resizeImage(image, target, `tensorflow-${way}-antialias`).data;
        // Pillow cuts what lies beyond bytes off after each axis; across rows first, it does so before columns are mixed.
        const across = resizeImage(
          image,
          { width: target.width, height },
          `tensorflow-${way}-antialias`,
        ).data;
        const isCut = across.some((value) => value < 0 || value > 255);
        bytesOf(results[way]!).forEach((byte, i) => {
          const value = Math.max(0, Math.min(255, smooth[i]!));
          if (!isCut) expect(Math.abs(value - byte)).toBeLessThanOrEqual(most);
          if (!isCut) compared++;
        });
      }
      expect(compared).toBeGreaterThan(100);
    }
  });

  test('a window of the result is the same pixels', () => {
    const random = createRandom(3);
    const data = Uint8Array.from({ length: 37 * 23 * 3 }, () => Math.floor(random.next() * 256));
    const image: Image = { data, width: 37, height: 23, channels: 3 };
    for (const name of resizeNames) {
      for (const [width, height] of [
        [12, 9],
        [60, 40],
      ] as const) {
        const whole = resizeImage(image, { width, height }, name);
        const window = { left: 2, top: 3, width: 5, height: 4 };
        const part = resizeImage(image, { width, height, window }, name);
        const expected = Array.from({ length: 5 * 4 * 3 }, (_, i) => {
          const [x, y] = [Math.floor(i / 3) % 5, Math.floor(i / 15)];
          return whole.data[((y + 3) * width + x + 2) * 3 + (i % 3)];
        });
        expect([...part.data], name).toEqual(expected);
      }
    }
  });

  test('refuses a way that there is not', () => {
    const image: Image = { data: new Uint8Array(1), width: 1, height: 1, channels: 1 };
    const name = 'bilinear' as ResizeName;
    expect(() => resizeImage(image, { width: 1, height: 1 }, name)).toThrow(VisionError);
  });
});
