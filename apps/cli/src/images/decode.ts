import type { Pixels } from '@sepconv/tensor';
import { DataError, printable } from '../errors.js';
import { readBytes } from '../files.js';
import { decodeBmp } from './bmp.js';
import { decodeJpeg } from './jpeg.js';
import type { Decode } from './limits.js';
import { decodePng } from './png.js';

/** Bytes that an image file may have. */
const maximumBytes = 256_000_000;

/** What a file is, is what it begins with; its name may lie. */
const decoders: readonly { readonly signature: readonly number[]; readonly decode: Decode }[] = [
  { signature: [0xff, 0xd8, 0xff], decode: decodeJpeg },
  { signature: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], decode: decodePng },
  { signature: [0x42, 0x4d], decode: decodeBmp },
];

/** Formats that people try, so that the message can call them by name. */
const knownOthers: readonly (readonly [start: string, name: string])[] = [
  ['GIF8', 'a GIF'],
  ['RIFF', 'a WebP'],
  ['II*\0', 'a TIFF'],
  ['MM\0*', 'a TIFF'],
  ['<svg', 'an SVG'],
  ['<?xml', 'an XML file'],
  ['%PDF', 'a PDF'],
];

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty';
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.slice(4, 8) === 'ftyp') return 'it is a HEIC, an AVIF or a video';
  const known = knownOthers.find(([prefix]) => start.startsWith(prefix));
  return known
    ? `it is ${known[1]}`
    : `it begins with "${printable(start.slice(0, 8))}", which is no image known here`;
}

/**
 * Decodes a JPEG, PNG or BMP.
 *
 * @throws {DataError} when it is something else, damaged, truncated, or larger than an image has a reason to be.
 */
export function decodeImage(bytes: Uint8Array): Pixels {
  const found = decoders.find(({ signature }) => signature.every((byte, i) => bytes[i] === byte));
  if (found === undefined) throw new DataError(`${describe(bytes)}; give a JPEG, PNG or BMP`);
  try {
    return found.decode(bytes);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new DataError(`it cannot be decoded (${printable(message)}): the file is damaged`, {
      cause: error,
    });
  }
}

/** Reads and decodes an image file; every message begins with its path. */
export async function readImage(path: string): Promise<Pixels> {
  const bytes = await readBytes(path, 'the image', maximumBytes);
  try {
    return decodeImage(bytes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`the image "${printable(path)}" cannot be used: ${error.message}`, { cause: error });
  }
}
