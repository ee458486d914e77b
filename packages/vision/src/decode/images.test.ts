import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { VisionError } from '../errors.js';
import { bmp } from '../testing/bmp.js';
import { decodeImage } from './decode-image.node.js';

/** 3 × 2 pixels, all different, RGB. */
const width = 3;
const height = 2;
const rgb = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90]);

const expectRefusal = async (bytes: Uint8Array, words: RegExp): Promise<void> => {
  await expect(decodeImage(bytes)).rejects.toThrow(VisionError);
  await expect(decodeImage(bytes)).rejects.toThrow(words);
};

describe('BMP', () => {
  it.each([24, 32] as const)('%d bits, bottom-up and top-down', async (bits) => {
    for (const topDown of [false, true]) {
      expect(await decodeImage(bmp({ width, height, bits, topDown, rgb }))).toEqual({
        data: rgb,
        width,
        height,
      });
    }
  });

  it.each([1, 4, 8] as const)('%d bits with a palette', async (bits) => {
    const palette = [10, 20, 30, 200, 210, 220];
    const indices = [0, 1, 1, 1, 0, 1];
    const image = await decodeImage(bmp({ width, height, bits, palette, indices }));
    expect([...(image.data as Uint8Array)]).toEqual(indices.flatMap((i) => palette.slice(3 * i, 3 * i + 3)));
  });

  it('refuses what does not hold together', async () => {
    const good = bmp({ width, height, bits: 24, rgb });
    for (let length = 2; length < good.length; length++)
      await expectRefusal(good.subarray(0, length), /truncated/);
    const patched = (offset: number, value: number) => {
      const copy = good.slice();
      new DataView(copy.buffer).setUint32(offset, value, true);
      return copy;
    };
    await expectRefusal(patched(18, 0), /0×2 pixels/);
    await expectRefusal(patched(18, 0x7fffffff), /scale it down/);
    await expectRefusal(patched(10, 0xffffffff), /truncated/);
    await expectRefusal(patched(30, 1), /compressed/);
    await expectRefusal(patched(14, 12), /OS\/2/);
  });

  it('refuses a colour outside the palette', async () => {
    await expectRefusal(
      bmp({ width, height, bits: 8, palette: [1, 2, 3], indices: [0, 0, 0, 0, 0, 9] }),
      /colour 9, but its palette has 1/,
    );
  });
});

describe('PNG', () => {
  it.each([1, 2, 3, 4] as const)('%d channels of 8 bits', async (channels) => {
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => i * 9);
    const image = await decodeImage(encodePng({ width, height, data, channels, depth: 8 }));
    const kept = channels === 2 ? data.filter((_, i) => i % 2 === 0) : data;
    expect(image).toEqual({ data: kept, width, height });
  });

  it('16 bits become 8', async () => {
    const data = Uint16Array.from({ length: width * height * 3 }, (_, i) => i * 3000 + 17);
    const image = await decodeImage(encodePng({ width, height, data, channels: 3, depth: 16 }));
    expect([...(image.data as Uint8Array)]).toEqual([...data].map((sample) => sample >> 8));
  });

  it('refuses every truncation, and damage', async () => {
    const good = encodePng({ width, height, data: rgb, channels: 3 });
    for (let length = 8; length < good.length; length++) {
      await expectRefusal(good.subarray(0, length), /truncated|damaged/);
    }
    for (let offset = 8; offset < good.length; offset++) {
      const bad = good.slice();
      bad[offset] = (bad[offset] as number) ^ 0x55;
      await expect(decodeImage(bad), `byte ${offset}`).rejects.toThrow(VisionError);
    }
  });

  it('refuses a small file that would inflate to a large image', async () => {
    const bomb = encodePng({ width: 2000, height: 2000, data: new Uint8Array(4_000_000), channels: 1 });
    expect(bomb.length).toBeLessThan(20_000);
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    view.setUint32(16, 20);
    view.setUint32(20, 20);
    await expectRefusal(bomb, /more pixel data than its header says/);
    view.setUint32(16, 0xffffff);
    view.setUint32(20, 0xffffff);
    await expectRefusal(bomb, /scale it down/);
  });
});

describe('JPEG', () => {
  const side = 16;
  const gradient = Uint8Array.from({ length: side * side * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : ((i >> 2) % side) * 12 + (i % 4) * 20,
  );
  const jpeg = Uint8Array.from(encodeJpeg({ data: gradient, width: side, height: side }, 100).data);

  it('decodes to nearly the pixels that were encoded', async () => {
    const image = await decodeImage(jpeg);
    expect(image).toMatchObject({ width: side, height: side });
    expect(image.data.length).toBe(side * side * 3);
    for (let i = 0; i < side * side; i++) {
      for (let c = 0; c < 3; c++) {
        const difference = (image.data[3 * i + c] as number) - (gradient[4 * i + c] as number);
        expect(Math.abs(difference)).toBeLessThan(12);
      }
    }
  });

  it('ignores what a phone appends', async () => {
    const motion = Uint8Array.from([...jpeg, ...new Array(5000).fill([0xff, 0xda]).flat()]);
    expect(await decodeImage(motion)).toEqual(await decodeImage(jpeg));
  });

  it('refuses truncations, absurd sizes and scans without end', async () => {
    for (const length of [3, 10, 50, 200, 400, jpeg.length - 3]) {
      await expectRefusal(jpeg.subarray(0, length), /truncated/);
    }
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    const huge = jpeg.slice();
    huge.set([0xff, 0xff, 0xff, 0xff], frame + 5);
    await expectRefusal(huge, /65535×65535 pixels.*scale it down/);
    const scan = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xda);
    const header = [...jpeg.subarray(scan, scan + 2 + (jpeg[scan + 3] as number))];
    const scans = Uint8Array.from([
      ...jpeg.subarray(0, -2),
      ...new Array(150).fill(header).flat(),
      0xff,
      0xd9,
    ]);
    scans.set([0x0f, 0x00, 0x0f, 0x00], frame + 5);
    await expectRefusal(scans, /151 scans/);
  });

  it('survives random damage with an image or a refusal', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const bad = jpeg.slice();
      for (let k = 0; k < 3; k++)
        bad[3 + ((seed * 7919 + k * 104729) % (bad.length - 3))] = (seed * 31 + k * 17) & 255;
      try {
        expect((await decodeImage(bad)).data.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(VisionError);
      }
    }
  });
});

describe('what is no image', () => {
  it.each([
    [[], /empty/],
    [[...Buffer.from('GIF89a')], /a GIF; give a JPEG, PNG, BMP or WebP/],
    [[...Buffer.from('version https://git-lfs.github.com/spec/v1')], /a Git LFS pointer .*git lfs pull/],
    [[...Buffer.from('<!DOCTYPE html>')], /a page of HTML: perhaps a download failed/],
    [[...Buffer.from('RIFF0000WEBP')], /a WebP/],
    [[0, 0, 0, 24, ...Buffer.from('ftypheic')], /HEIC/],
    [[...Buffer.from('\u001b[2Jhello')], /begins with "\\u001b\[2Jhell"/],
  ])('case %#', async (bytes, words) => {
    await expectRefusal(Uint8Array.from(bytes), words);
  });
});
