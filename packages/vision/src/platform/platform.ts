/** @file How files and photos are read in browsers, and wherever else there is `fetch`. */
import type { Pixels } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { type Drawable, isDrawable, isPixels, pixelsOfDrawable } from './drawable.js';

/** What can be classified: pixels, whatever a page shows, an image file as bytes or a Blob, or where one lies (in Node a path, too). */
export type ImageSource = Pixels | ImageData | Drawable | Blob | Uint8Array | ArrayBuffer | string | URL;

/** Whether networks run in a worker unless something else is said. */
export const workerByDefault = 'document' in globalThis && typeof Worker === 'function';

/** @throws {VisionError} when it cannot be had. */
export async function fetchBytes(address: string | URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new VisionError(`"${address}" cannot be fetched: ${(error as Error).message}`, { cause: error });
  }
  if (!response.ok)
    throw new VisionError(`"${address}" cannot be fetched: the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The bytes of a file at an address, and what resolves the addresses of files beside it. */
export async function readLocation(
  location: string | URL,
): Promise<{ readonly bytes: Uint8Array; beside(path: string): Promise<Uint8Array> }> {
  const bytes = await fetchBytes(location);
  const base = new URL(location, globalThis.location?.href);
  return {
    bytes,
    beside: (path) => {
      const address = new URL(path, base);
      address.search = base.search;
      return fetchBytes(address);
    },
  };
}

async function decode(blob: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(blob).catch((error: unknown) => {
    throw new VisionError(
      'this is no image that the browser can decode: give a JPEG, PNG, WebP or the like',
      { cause: error },
    );
  });
  try {
    return await pixelsOfDrawable(bitmap);
  } finally {
    bitmap.close();
  }
}

/** The pixels of a source, upright as its EXIF says. */
export async function pixelsOf(source: ImageSource): Promise<Pixels> {
  if (isDrawable(source)) return pixelsOfDrawable(source);
  if (source instanceof Blob) return decode(source);
  if (source instanceof Uint8Array || source instanceof ArrayBuffer)
    return decode(new Blob([source as BlobPart]));
  if (typeof source === 'string' || source instanceof URL) {
    return decode(new Blob([(await fetchBytes(source)) as BlobPart]));
  }
  if (isPixels(source)) return source;
  throw new VisionError(
    'there is no image in this: give an ImageData, a canvas, an img, a video, an ImageBitmap, a VideoFrame, a Blob, bytes or an address',
  );
}
