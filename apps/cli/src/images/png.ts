import { inflateSync } from 'node:zlib';
import type { Pixels } from '@sepconv/tensor';
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import { DataError } from '../errors.js';
import { checkDimensions } from './limits.js';

const signatureBytes = 8;
/** What the pixels depend on. Colour profiles, texts and animation frames are left out: they are not looked at. */
const wantedChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

interface Chunk {
  readonly type: string;
  /** Length, type, data and checksum, as in the file. */
  readonly whole: Uint8Array;
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let offset = signatureBytes;
  while (chunks.at(-1)?.type !== 'IEND') {
    const length = offset + 8 <= bytes.length ? view.getUint32(offset) : Infinity;
    const end = offset + 12 + length;
    if (end > bytes.length) {
      throw new DataError(`it ends after ${bytes.length} bytes, within a chunk: the file is truncated`);
    }
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    chunks.push({ type, whole: bytes.subarray(offset, end), data: bytes.subarray(offset + 8, end - 4) });
    offset = end;
  }
  return chunks.filter(({ type }) => wantedChunks.has(type));
}

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Column and row of the first pixel and the distances, for each pass of an interlaced image (PNG, §8.2). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Bytes of filtered rows that the pixels inflate to. */
function inflatedBytes(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  checkDimensions(width, height);
  const [depth = 0, colorType = 0, , , interlaced = 0] = header.subarray(8);
  const bits = depth * (channelsOf[colorType] ?? 0);
  const rows = (columns: number, count: number) =>
    columns === 0 ? 0 : count * (1 + Math.ceil((columns * bits) / 8));
  if (interlaced === 0) return rows(width, height);
  return adam7.reduce(
    (sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

/**
 * Checks that the pixels inflate to exactly what the header says, before a decoder that has no limit sees them: a
 * kilobyte can inflate to a megabyte. zlib does it natively, so the second time costs little.
 */
function checkPixelData(chunks: readonly Chunk[], expected: number): void {
  const deflated = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  let actual: number;
  try {
    actual = inflateSync(deflated, { maxOutputLength: expected + 1 }).length;
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new DataError(
      tooLong
        ? 'it holds more pixel data than its header says: the file is damaged'
        : 'its pixel data cannot be decompressed: the file is damaged or truncated',
      { cause: error },
    );
  }
  if (actual !== expected) {
    throw new DataError(
      `its header needs ${expected} bytes of pixel data, but it holds ${actual}: the file is damaged or truncated`,
    );
  }
}

/** 8-bit samples of whatever depth the file has; depths below 8 are grey and stretched to 0…255. */
function toBytes({ data, depth, width, height, channels }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (sample) => sample >> 8);
  if (depth === 8) return data as Uint8Array;
  const rowSamples = width * channels;
  const rowBytes = Math.ceil((rowSamples * depth) / 8);
  const highest = 2 ** depth - 1;
  return Uint8Array.from({ length: rowSamples * height }, (_, i) => {
    const bit = (i % rowSamples) * depth;
    const byte = data[Math.floor(i / rowSamples) * rowBytes + (bit >> 3)] as number;
    return (((byte >> (8 - depth - (bit & 7))) & highest) * 255) / highest;
  });
}

/** Decodes a PNG to grey, RGB or RGBA. Transparency does not matter: the colours below it are used. */
export function decodePng(bytes: Uint8Array): Pixels {
  const chunks = readChunks(bytes);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13) {
    throw new DataError('it does not begin with an image header (IHDR): the file is damaged');
  }
  checkPixelData(chunks, inflatedBytes(first.data));
  const wanted = Buffer.concat([bytes.subarray(0, signatureBytes), ...chunks.map(({ whole }) => whole)]);
  const image = decode(wanted, { checkCrc: true });
  const { width, height, channels } = image;
  if (image.palette !== undefined) return { data: convertIndexedToRgb(image), width, height };
  const samples = toBytes(image);
  if (channels !== 2) return { data: samples, width, height };
  return { data: samples.filter((_, i) => i % 2 === 0), width, height };
}
