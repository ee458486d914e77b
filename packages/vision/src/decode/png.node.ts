/**
 * @file Portable Network Graphics (PNG, third edition). zlib, the hard part, is Node's. The rest is our own: fast-png reads
 * interlaced images of 1, 2 and 4 bits wrongly, and the packages that there are hold several copies of a 16-bit image.
 */
import { inflateSync } from 'node:zlib';
import type { Pixels } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { checkDataLength, checkDimensions, checkMemory } from './limits.js';
import { orient, orientationOf } from './orientation.js';
import { type Chunk, checkChecksums, readChunks } from './png-chunks.js';
import { type Pass, passesOf, unfilter } from './png-rows.js';

/** No deflate stream is shorter than one byte for so many. */
const mostInflation = 1032;

interface ColorType {
  /** Samples of a pixel in the file. */
  readonly samples: number;
  /** Those that are kept: transparency beside grey is dropped. */
  readonly channels: number;
  readonly depths: readonly number[];
}

const paletteType = 3;
const colorTypes: Readonly<Record<number, ColorType>> = {
  0: { samples: 1, channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, channels: 3, depths: [8, 16] },
  [paletteType]: { samples: 1, channels: 3, depths: [1, 2, 4, 8] },
  4: { samples: 2, channels: 1, depths: [8, 16] },
  6: { samples: 4, channels: 4, depths: [8, 16] },
};

interface Header extends ColorType {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  readonly interlaced: boolean;
}

function readHeader(first: Chunk | undefined): Header {
  if (first?.type !== 'IHDR' || first.data.length !== 13) {
    throw new VisionError('it does not begin with an image header (IHDR): the file is damaged');
  }
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  checkDimensions(width, height);
  const [depth = 0, colorType = 0, compression = 0, filter = 0, interlace = 0] = first.data.subarray(8);
  const kind = colorTypes[colorType];
  if (!kind?.depths.includes(depth)) {
    throw new VisionError(
      `its header says colour type ${colorType} with ${depth} bits, which PNG does not have: the file is damaged`,
    );
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new VisionError(
      `its header says compression ${compression}, filter method ${filter} and interlacing ${interlace}, and PNG has 0, 0 and 0 or 1: the file is damaged`,
    );
  }
  return { width, height, depth, colorType, interlaced: interlace === 1, ...kind };
}

/**
 * The filtered rows, which must be exactly as many bytes as the header says: a kilobyte can inflate to a megabyte. One piece
 * of output holds them all, so that zlib does not join pieces to a second copy.
 */
function inflate(deflated: Uint8Array, expected: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(deflated, {
      maxOutputLength: expected + 1,
      chunkSize: Math.max(64, expected + 2),
    });
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new VisionError(
      tooLong
        ? 'it holds more pixel data than its header says: the file is damaged'
        : 'its pixel data cannot be decompressed: the file is damaged or truncated',
      { cause: error },
    );
  }
  if (inflated.length === expected) return new Uint8Array(inflated.buffer, inflated.byteOffset, expected);
  throw new VisionError(
    inflated.length > expected
      ? 'it holds more pixel data than its header says: the file is damaged'
      : `its header needs ${expected} bytes of pixel data, but it holds ${inflated.length}: the file is damaged or truncated`,
  );
}

/** 256 colours, black where the file has none. */
function readPalette(chunks: readonly Chunk[]): Uint8Array {
  const chunk = chunks.find(({ type }) => type === 'PLTE');
  if (chunk === undefined || chunk.data.length % 3 !== 0 || chunk.data.length > 768) {
    throw new VisionError(
      'its pixels are numbers of colours, but it has no palette of 256 at most: the file is damaged',
    );
  }
  const palette = new Uint8Array(768);
  palette.set(chunk.data);
  return palette;
}

/**
 * Moves the upper bytes of the channels that are kept to the front of `data`, row by row, over rows that are done with; the
 * image then takes no memory of its own.
 */
function compact({ depth, samples, channels }: Header, data: Uint8Array) {
  const sampleBytes = depth >> 3;
  const pixelBytes = samples * sampleBytes;
  let target = 0;
  return (row: Uint8Array, { columns }: Pass): void => {
    for (let i = 0; i < columns; i++) {
      for (let c = 0; c < channels; c++) data[target++] = row[i * pixelBytes + c * sampleBytes] as number;
    }
  };
}

/** Puts pixels that stand pass by pass where the image has them. */
function scatter({ width, channels }: Header, passes: readonly Pass[], pixels: Uint8Array, out: Uint8Array) {
  let source = 0;
  for (const { left, top, stepX, stepY, columns, rows } of passes) {
    for (let r = 0; r < rows; r++) {
      let target = ((top + r * stepY) * width + left) * channels;
      for (let i = 0; i < columns; i++, target += (stepX - 1) * channels) {
        for (let c = 0; c < channels; c++) out[target++] = pixels[source++] as number;
      }
    }
  }
  return out;
}

/** Writes rows of one sample a pixel by a table of `channels` bytes for every value. */
function byTable({ width, depth, channels }: Header, table: Uint8Array, out: Uint8Array) {
  const mask = 2 ** depth - 1;
  return (row: Uint8Array, { left, stepX, columns }: Pass, y: number): void => {
    for (let i = 0; i < columns; i++) {
      const bit = i * depth;
      const value = ((row[bit >> 3] as number) >> (8 - depth - (bit & 7))) & mask;
      const target = (y * width + left + i * stepX) * channels;
      for (let c = 0; c < channels; c++) out[target + c] = table[value * channels + c] as number;
    }
  };
}

/** Depths below 8 stretched to 0…255. */
const greyTable = (depth: number): Uint8Array =>
  Uint8Array.from({ length: 2 ** depth }, (_, value) => (value * 255) / (2 ** depth - 1));

/** Whether the image's bytes find room in the filtered rows: behind its own where it is interlaced, else at the front. */
const fitsInRows = (
  { depth, colorType, interlaced }: Header,
  outputBytes: number,
  rowsBytes: number,
): boolean => depth >= 8 && colorType !== paletteType && rowsBytes >= (interlaced ? 2 : 1) * outputBytes;

/** The image, in the memory of `rows` where it fits in. */
function readPixels(
  header: Header,
  rows: Uint8Array,
  passes: readonly Pass[],
  palette: Uint8Array | undefined,
) {
  const { width, height, depth, channels, samples, interlaced } = header;
  const outputBytes = width * height * channels;
  const inPlace = fitsInRows(header, outputBytes, rows.length);
  const table = palette ?? (depth < 8 ? greyTable(depth) : undefined);
  if (table) {
    const out = new Uint8Array(outputBytes);
    unfilter(rows, passes, depth, byTable(header, table, out));
    return out;
  }
  unfilter(rows, passes, depth * samples, compact(header, rows));
  const pixels = rows.subarray(0, outputBytes);
  if (!interlaced) return pixels;
  return scatter(
    header,
    passes,
    pixels,
    inPlace ? rows.subarray(outputBytes, 2 * outputBytes) : new Uint8Array(outputBytes),
  );
}

/**
 * Decodes a PNG to grey, RGB or RGBA, turned as its EXIF orientation says. Transparency does not matter: the colours below
 * it are used. Neither does gamma.
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const chunks = readChunks(bytes);
  const header = readHeader(chunks[0]);
  const { width, height, depth, channels, samples, colorType } = header;
  const passes = passesOf(width, height, depth * samples, header.interlaced);
  const expected = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  const outputBytes = width * height * channels;
  const exif = chunks.find(({ type }) => type === 'eXIf');
  const orientation = exif === undefined ? 1 : orientationOf(exif.data);
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const images = (fitsInRows(header, outputBytes, expected) ? 0 : 1) + (orientation === 1 ? 0 : 1);
  const joined = parts.length > 1 ? length : 0;
  checkMemory(width, height, bytes.length + joined + expected + images * outputBytes);
  checkDataLength(width, height, expected / mostInflation, length);
  const palette = colorType === paletteType ? readPalette(chunks) : undefined;
  const inflated = inflate(joined === 0 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts), expected);
  checkChecksums(chunks);
  return orient({ data: readPixels(header, inflated, passes, palette), width, height }, orientation);
}
