import type { Pixels } from '@sepconv/tensor';
import { decodeImage } from '@sepconv/vision/decode';
import { printable, withContext } from './errors.js';
import { readBytes } from './files.js';

/** Bytes that an image file may have. */
const maximumBytes = 256_000_000;

/** Reads and decodes an image file; every message begins with its path. */
export async function readImage(path: string): Promise<Pixels> {
  const bytes = await readBytes(path, 'the image', maximumBytes);
  return withContext(`the image "${printable(path)}" cannot be used`, () => decodeImage(bytes));
}
