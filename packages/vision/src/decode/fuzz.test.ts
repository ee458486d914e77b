/**
 * @file Damaged images and headers that claim anything: each ends in pixels or a VisionError, in bounded memory, and within
 * bounded processor time. `SEPCONV_FUZZ_RUNS` asks for other counts of each, `SEPCONV_FUZZ_SEED` for other mutants.
 */

import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { afterAll, describe, expect, it } from 'vitest';
import { VisionError } from '../errors.js';
import { bmp } from '../testing/bmp.js';
import { decodeBmp } from './bmp.js';
import { decodeJpeg } from './jpeg.node.js';
import type { Decode } from './limits.js';
import { decodePng } from './png.node.js';
import { crc32 } from './png-chunks.js';

const runs = Number(process.env.SEPCONV_FUZZ_RUNS ?? 500);
const seed = Number(process.env.SEPCONV_FUZZ_SEED ?? 20260801);
/** Processor time of one decode, generous for images of 24 million pixels on a slow machine. */
const mostSeconds = 10;
const mostBytes = 400_000_000;

const [width, height] = [13, 9];
const samples = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => (i * 37) & 255);
const rgb = samples(width * height * 3);
const files: Readonly<Record<string, Uint8Array>> = {
  jpeg: Uint8Array.from(encodeJpeg({ data: samples(width * height * 4), width, height }, 80).data),
  png: encodePng({ width, height, data: rgb, channels: 3 }),
  'png of 16 bits': encodePng({
    width,
    height,
    data: Uint16Array.from({ length: width * height * 4 }, (_, i) => i * 991),
    channels: 4,
    depth: 16,
  }),
  bmp: bmp({ width, height, bits: 24, rgb }),
  'bmp with a palette': bmp({
    width,
    height,
    bits: 4,
    palette: [1, 2, 3, 200, 100, 0],
    indices: Array.from({ length: width * height }, (_, i) => i % 2),
  }),
};

/** The decoder itself: decodeImage would make a VisionError of a mistake of ours, too. */
const decoderOf = (name: string) =>
  name.startsWith('jpeg') ? decodeJpeg : name.startsWith('png') ? decodePng : decodeBmp;

/** Checksums of a damaged PNG put right, so that the damage gets past them. */
function repairChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

const totals = { images: 0, refusals: 0, milliseconds: 0, slowest: 0, mostBytes: 0 };

/** Decodes once; the processor time in milliseconds, and the bytes that are held afterwards. */
function measured(bytes: Uint8Array, decode: Decode): { milliseconds: number; held: number } {
  const before = process.memoryUsage().arrayBuffers;
  const start = process.cpuUsage();
  try {
    const { data, width: w, height: h } = decode(bytes);
    expect([1, 3, 4]).toContain(data.length / (w * h));
    totals.images++;
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    expect(error.message.length).toBeLessThan(1000);
    totals.refusals++;
  }
  const { user, system } = process.cpuUsage(start);
  return { milliseconds: (user + system) / 1000, held: process.memoryUsage().arrayBuffers - before };
}

/** An image that takes too long takes so each time; a collection of older memory falls into one decoding only. */
function decodes(bytes: Uint8Array, decode: Decode): void {
  let { milliseconds, held } = measured(bytes, decode);
  if (milliseconds >= mostSeconds * 1000 || held >= mostBytes) {
    const again = measured(bytes, decode);
    milliseconds = Math.min(milliseconds, again.milliseconds);
    held = Math.min(held, again.held);
  }
  expect(milliseconds / 1000).toBeLessThan(mostSeconds);
  expect(held).toBeLessThan(mostBytes);
  totals.mostBytes = Math.max(totals.mostBytes, held);
  totals.milliseconds += milliseconds;
  totals.slowest = Math.max(totals.slowest, milliseconds);
}

const extreme = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 7, 8, 16, 127, 128, 254, 255), fc.nat(255));

/** One to four bytes replaced, and sometimes the end cut off. */
function mutants(bytes: Uint8Array, within: number): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(Math.min(within, bytes.length) - 1);
  const changes = fc.array(fc.tuple(at, extreme), { minLength: 1, maxLength: 4 });
  return fc.tuple(changes, fc.option(fc.nat(bytes.length), { freq: 6 })).map(([list, end]) => {
    const mutant = bytes.slice(0, end ?? bytes.length);
    for (const [place, value] of list) if (place < mutant.length) mutant[place] = value;
    return mutant;
  });
}

const size = fc.oneof(
  fc.constantFrom(0, 1, 7, 8, 9, 4000, 6000, 8000, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff),
  fc.nat(0xffff),
);

/** Where the headers say how large the image is and of what kind, as [offset, bytes, little-endian]. */
const fieldsOf = (name: string, bytes: Uint8Array): (readonly [number, number, boolean])[] => {
  if (name.startsWith('png')) {
    return [
      [16, 4, false],
      [20, 4, false],
      [24, 1, false],
      [25, 1, false],
      [28, 1, false],
    ];
  }
  if (name.startsWith('bmp')) {
    return [
      [10, 4, true],
      [14, 4, true],
      [18, 4, true],
      [22, 4, true],
      [28, 2, true],
      [30, 4, true],
      [46, 4, true],
    ];
  }
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  // The first twenty bytes of every table and scan: lengths, kinds, counts of codes, components, coefficients.
  const segments = [...bytes.keys()].filter(
    (i) => bytes[i] === 0xff && [0xc4, 0xdb, 0xda].includes(bytes[i + 1] as number),
  );
  return [
    ...segments.flatMap((at) => Array.from({ length: 20 }, (_, i) => [at + 2 + i, 1, false] as const)),
    [frame + 1, 1, false],
    [frame + 4, 1, false],
    [frame + 5, 2, false],
    [frame + 7, 2, false],
    [frame + 9, 1, false],
    ...[10, 11, 13, 14, 16, 17].map((at) => [frame + at, 1, false] as const),
  ];
};

/** The file with every field of its header claiming something else, or some of them. */
function claims(name: string, bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const fields = fieldsOf(name, bytes);
  return fc.array(fc.tuple(fc.nat(fields.length - 1), size), { minLength: 1, maxLength: 5 }).map((list) => {
    const claim = bytes.slice();
    for (const [index, value] of list) {
      const [offset, count, little] = fields[index] as readonly [number, number, boolean];
      for (let i = 0; i < count; i++) {
        claim[offset + i] = value >>> (8 * (little ? i : count - 1 - i));
      }
    }
    return claim;
  });
}

// More mutants take more time; the bound for each of them is `mostSeconds`.
describe('images under attack', { timeout: 60_000 + 50 * runs }, () => {
  afterAll(() => {
    const { images, refusals, milliseconds, slowest, mostBytes: most } = totals;
    console.log(
      `images: ${images + refusals} mutants in ${(milliseconds / 1000).toFixed(1)} s: ${images} images, ${refusals} errors, the slowest ${slowest.toFixed(0)} ms, ${(most / 1e6).toFixed(1)} MB at most`,
    );
  });

  it.each(Object.entries(files))('%s damaged anywhere', (name, bytes) => {
    const attempt = (mutant: Uint8Array) => decodes(mutant, decoderOf(name));
    fc.assert(fc.property(mutants(bytes, bytes.length), attempt), { numRuns: runs, seed });
    if (!name.startsWith('png')) return;
    const repaired = mutants(bytes, bytes.length).map(repairChecksums);
    fc.assert(fc.property(repaired, attempt), { numRuns: runs, seed });
  });

  it.each(Object.entries(files))('%s whose header claims anything', (name, bytes) => {
    const claimed = claims(name, bytes).map((claim) =>
      name.startsWith('png') ? repairChecksums(claim) : claim,
    );
    fc.assert(
      fc.property(claimed, (claim) => decodes(claim, decoderOf(name))),
      { numRuns: runs, seed },
    );
  });
});
