import { type Pixels, printable, SepconvError } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { decodeBmp } from './bmp.js';
import { decodeJpeg } from './jpeg.node.js';
import type { Decode } from './limits.js';
import { decodePng } from './png.node.js';
import { decodeWebp } from './webp.node.js';

/** What a file is, is what it begins with; its name may lie. */
const decoders: readonly { readonly starts: string; readonly decode: Decode }[] = [
  { starts: '\xff\xd8\xff', decode: decodeJpeg },
  { starts: '\x89PNG\r\n\x1a\n', decode: decodePng },
  { starts: 'BM', decode: decodeBmp },
];

/** Formats that people try, so that the message can call them by name. */
const knownOthers: readonly (readonly [start: string, name: string])[] = [
  ['GIF8', 'a GIF'],
  ['II*\0', 'a TIFF'],
  ['MM\0*', 'a TIFF'],
  ['<svg', 'an SVG'],
  ['<?xml', 'an XML file'],
  ['%PDF', 'a PDF'],
  ['version https://git-lfs', 'a Git LFS pointer and not the image: run git lfs pull'],
  ['<!doctype html', 'a page of HTML: perhaps a download failed'],
  ['<html', 'a page of HTML: perhaps a download failed'],
  ['PK\u0003\u0004', 'a zip archive: unpack it'],
];

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty';
  const start = String.fromCharCode(...bytes.subarray(0, 32));
  if (start.slice(4, 8) === 'ftyp') return 'it is a HEIC, an AVIF or a video';
  const known = knownOthers.find(([prefix]) => start.toLowerCase().startsWith(prefix.toLowerCase()));
  return known
    ? `it is ${known[1]}`
    : `it begins with "${printable(start.slice(0, 8))}", which is no image known here`;
}

/**
 * Decodes a JPEG, PNG, BMP or WebP in Node, turned upright as its EXIF says. Browsers decode images themselves.
 *
 * @throws {VisionError} when it is something else, damaged, truncated, or larger than an image has a reason to be.
 *
 * @example
 * const { data, width, height } = await decodeImage(await readFile('photo.jpg'));
 */
export async function decodeImage(bytes: Uint8Array): Promise<Pixels> {
  if (!(bytes instanceof Uint8Array)) {
    throw new VisionError('an image is decoded from the bytes of its file, a Uint8Array');
  }
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const isWebp = start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP';
  const found = decoders.find(({ starts }) => start.startsWith(starts));
  if (found === undefined && !isWebp) {
    throw new VisionError(`${describe(bytes)}; give a JPEG, PNG, BMP or WebP`);
  }
  try {
    return found === undefined ? await decodeWebp(bytes) : found.decode(bytes);
  } catch (error) {
    if (error instanceof SepconvError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new VisionError(`it cannot be decoded (${printable(message)}): the file is damaged`, {
      cause: error,
    });
  }
}
