/** @file WebP images that Pillow 9.4.0 wrote with libwebp, with its pixels. */
import { describe, expect, it } from 'vitest';
import { VisionError } from '../errors.js';
import { decodeImage } from './decode-image.node.js';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const lossless = {
  file: 'UklGRjIBAABXRUJQVlA4TCYBAAAvCIABAPfhRgAAIspttu2e0Qf6antjc/PZtn3vcBsAANnEtm0/kBF9o7f0xm6dOtq23AYAQDaxbWf0lD96Qd/r2LUfmCfYtjX/cYV6Ic/07n1Y/A2El/yitYAdkxIKRBz8/wXTJeFYX6wJk0YaErendiBh/YJiRUiD+D40+h3HwhBpzaImJyDdlQNb+PpAHE1V6t4C/1sKLj96IVnZQ8HdWEB2wBwzH2gHCLmmJfxR1wEYKGsQHqysGPTU+9g21HY644v+t+uUYK4poWxDdHU013KYS6Y/PNpdbyYvxY0V/Psh7pnqz0nFIA8MAwAsml22bdt2Ef0PiXlg4uexbKcdK/1q/IJaahFilBvuQl57w8yrLmLL1w2P0VcnbbZF71T0ZCMBEjQ=',
  rgb: 'eUK98iEG8IR3YvDzy012TccHIFEVmg+J8sbayuNEuzESRf1vhN+a18Wz0HasDo9TpzVsiJE/IPb3LbAi0k0KltrUPBYXwamOeBKeAyc3EGXQlYZPFa2guEbBwOvFNIrceZrfhJutBdShCsBEHqrutLSO+gsfCr2A6ZijWrpeoL2HmcE1DUOecYl6p1/eMTSkqnLgViisb+aKcz0RYaFdjq4rsELXlYrtsdWU1tES009mAvTecRDpk650IpI9',
};

/** With EXIF orientation 6: 20×12 pixels as they are stored. */
const lossy = {
  file: 'UklGRrIAAABXRUJQVlA4WAoAAAAIAAAAEwAACwAAVlA4IHIAAABwBACdASoUAAwAPjEMi0SiEJCMACADBLYATplCOBvIPlA5AACq79iVJ45qgAD+/03tTMTF23O6AIxFpQFiUf+W30YD2/MTkzBvp+t56uIuvxoq2tHQmFeUbwFUzbgh4CYIQHm38zvqacm/LT9t1JoBZABFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA',
  rgb: 'C6FlCJdiB4ZgCnhjB2hlCFtoBExjBT9kBC5iBSFjARNfAAlcEKJoDphlDYdiEHllDWhnDlxoCkxmC0BlCS5hCiFiBhJgAgldF6JoFZhlFIdjF3lmFmhnF1toE0xkFEBlEi5iEyFjERJhDAddHaJlHJdiHYdhHnhjH2ZlIFloHUtkHT1kHCxiHSBjGg9hFwZcK6RpKZpmK4llLHpnKmVmLVhnKkpmKjxmKStjKh9kJw9gJAVdNKRnMZpkMopjNXpnNWRmN1dnNElmNDtmMypkNB5jMg1gLgRdO6RoOZplOYpjPXlnPWRnQFZoP0dmPjlmPihkPxxjOg1hNwReRKJlQphiQIljQ3lkRWNiSVRlRkZkRjhjRSdhRhtiQgtgPgJd',
};

describe('WebP', () => {
  it('without loss gives every byte', async () => {
    const { data, width, height } = await decodeImage(bytesOf(lossless.file));
    expect([width, height]).toEqual([9, 7]);
    const rgb = Array.from(data).filter((_, i) => i % 4 !== 3);
    expect(rgb).toEqual([...bytesOf(lossless.rgb)]);
  });

  it('stands upright, as EXIF says', async () => {
    const { data, width, height } = await decodeImage(bytesOf(lossy.file));
    expect([width, height]).toEqual([12, 20]);
    const expected = bytesOf(lossy.rgb);
    const rgb = Array.from(data)
      .filter((_, i) => i % 4 !== 3)
      .slice(0, expected.length);
    // The same decoder, compiled by another compiler.
    expected.forEach((value, i) => {
      expect(Math.abs(value - rgb[i]!), `byte ${i}`).toBeLessThanOrEqual(1);
    });
  });

  it('cut off or changed, ends in an image or a refusal', async () => {
    const bytes = bytesOf(lossy.file);
    for (let length = 16; length < bytes.length; length += 5) {
      const result = await decodeImage(bytes.subarray(0, length)).catch((error: unknown) => error);
      expect(result instanceof VisionError || 'data' in (result as object), `${length}`).toBe(true);
    }
    const huge = bytesOf(lossy.file);
    huge.fill(255, 24, 30);
    await expect(decodeImage(huge)).rejects.toThrow(/its header says 16777216×16777216 pixels/);
  });
});
