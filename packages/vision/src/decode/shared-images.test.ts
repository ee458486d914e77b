import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.node.js';

const folder = new URL('../../../../../shared/cases/round-2/images/', import.meta.url);
const there = existsSync(new URL('pixels.json', folder));
const title = `images that Pillow decoded${there ? '' : ' (skipped: ../shared/cases/round-2/images is not there)'}`;

describe.skipIf(!there)(title, () => {
  const cases: Record<string, { width: number; height: number; rgb: number[] }> = there
    ? JSON.parse(readFileSync(new URL('pixels.json', folder), 'utf8'))
    : {};

  it.each(Object.keys(cases))('%s', async (name) => {
    const expected = cases[name] as { width: number; height: number; rgb: number[] };
    const { data, width, height } = await decodeImage(new Uint8Array(readFileSync(new URL(name, folder))));
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    const channels = data.length / (width * height);
    // Decoders of JPEG may differ by their transforms' roundings, those of PNG by nothing.
    const tolerance = name.endsWith('.jpg') ? 3 : 0;
    expected.rgb.forEach((value, i) => {
      const channel = channels === 1 ? 0 : i % 3;
      const actual = data[Math.floor(i / 3) * channels + channel] as number;
      expect(Math.abs(actual - value), `value ${i}`).toBeLessThanOrEqual(tolerance);
    });
  });
});
