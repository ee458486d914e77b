/** @file Pixels of whatever a page can show. */
import { type Pixels, printable } from '@sepconv/tensor';
import { VisionError } from '../errors.js';

/** What a page can draw, as far as it is looked at here. */
export type Drawable =
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | VideoFrame;

/** Four bytes a pixel: a gigabyte, which a browser has to hold twice for a moment. */
const mostPixels = 2 ** 28;

/** Whether these are pixels already, as an ImageData has them. */
export function isPixels(source: unknown): source is Pixels {
  const { data, width, height } = (source ?? {}) as Partial<Pixels>;
  return typeof data === 'object' && typeof width === 'number' && typeof height === 'number';
}

/** The size in pixels of the image itself, not of its place in the page. */
function sizeOf(source: object): { readonly width: number; readonly height: number } {
  const sides = source as {
    readonly [side in
      | `${'natural' | 'video' | 'display'}${'Width' | 'Height'}`
      | 'width'
      | 'height']?: number;
  };
  const width = sides.naturalWidth ?? sides.videoWidth ?? sides.displayWidth ?? sides.width ?? 0;
  const height = sides.naturalHeight ?? sides.videoHeight ?? sides.displayHeight ?? sides.height ?? 0;
  return { width, height };
}

/** Whether a page can draw it. */
export function isDrawable(source: unknown): source is Drawable {
  const names = [
    'HTMLImageElement',
    'HTMLVideoElement',
    'HTMLCanvasElement',
    'OffscreenCanvas',
    'ImageBitmap',
    'VideoFrame',
  ];
  return names.some((name) => {
    const known = (globalThis as Record<string, unknown>)[name];
    return typeof known === 'function' && source instanceof known;
  });
}

/**
 * Draws a source and reads its pixels.
 *
 * @throws {VisionError} when it shows nothing yet, cannot be loaded, is too large, or comes from another origin.
 */
export async function pixelsOfDrawable(source: Drawable): Promise<Pixels> {
  if (typeof HTMLImageElement === 'function' && source instanceof HTMLImageElement) {
    await source.decode().catch((error: unknown) => {
      throw new VisionError(
        `the image cannot be loaded or decoded: look at what its address "${printable(source.src)}" gives`,
        { cause: error },
      );
    });
  }
  const { width, height } = sizeOf(source);
  if (!(width > 0 && height > 0)) {
    throw new VisionError(
      'the image has no pixels yet: wait until it is loaded, a video until it has its first frame ("loadeddata")',
    );
  }
  if (width * height > mostPixels) {
    throw new VisionError(
      `the image has ${width}×${height} pixels, more than the ${mostPixels} that are taken`,
    );
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new VisionError('the browser gives no canvas to read the image from');
  try {
    context.drawImage(source as CanvasImageSource, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (error) {
    throw new VisionError(
      'the browser does not give the pixels of an image from another origin: serve it with CORS headers and set crossOrigin="anonymous"',
      { cause: error },
    );
  }
}
