/** @file How files and photos are read in Node: by paths as well, with decoders of this package. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Pixels, printable } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { isPixels } from './drawable.js';
import { fetchBytes, type ImageSource, readLocation as readAddress } from './platform.js';

export type { ImageSource } from './platform.js';

/** In Node, a network runs where it is asked for. */
export const workerByDefault = false;

/** The path that a location means; `undefined` for an address. */
function pathOf(location: string | URL): string | undefined {
  const text = String(location);
  if (/^file:/i.test(text)) return fileURLToPath(location);
  return location instanceof URL || /^(https?|data|blob):/i.test(text) ? undefined : text;
}

async function readPath(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new VisionError(`"${printable(path)}" cannot be read: ${printable(reason)}`, { cause: error });
  }
}

/** The bytes of a file, and what reads files beside it. */
export async function readLocation(
  location: string | URL,
): Promise<{ readonly bytes: Uint8Array; beside(path: string): Promise<Uint8Array> }> {
  const path = pathOf(location);
  if (path === undefined) return readAddress(location);
  return { bytes: await readPath(path), beside: (name) => readPath(join(dirname(path), name)) };
}

async function bytesOf(source: string | URL | Blob | Uint8Array | ArrayBuffer): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  const path = pathOf(source);
  return path === undefined ? fetchBytes(source) : readPath(path);
}

/** The pixels of a source, upright as its EXIF says. */
export async function pixelsOf(source: ImageSource): Promise<Pixels> {
  const isFile =
    typeof source === 'string' ||
    source instanceof URL ||
    source instanceof Blob ||
    source instanceof Uint8Array ||
    source instanceof ArrayBuffer;
  if (!isFile) {
    if (isPixels(source)) return source;
    throw new VisionError(
      'there is no image in this: give a path, an address, the bytes of a JPEG, PNG, BMP or WebP, or { data, width, height }',
    );
  }
  const bytes = await bytesOf(source);
  const { decodeImage } = await import('../decode/decode-image.node.js');
  try {
    return await decodeImage(bytes);
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    const what = typeof source === 'string' || source instanceof URL ? ` "${printable(String(source))}"` : '';
    throw new VisionError(`the image${what} cannot be used: ${error.message}`, { cause: error });
  }
}
