/** @file An image file, decoded by the browser. For workers: it needs no page. */
import type { Pixels } from '@sepconv/tensor';

/** Four bytes a pixel: a gigabyte, which the browser has to hold twice for a moment. */
const mostPixels = 2 ** 28;

/** The pixels of an image file, turned upright as its EXIF says. */
export async function pixelsOf(file: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('this is not an image that the browser can decode: JPEG, PNG, WebP and the like');
  });
  const { width, height } = bitmap;
  try {
    if (width * height > mostPixels) {
      throw new Error(`the image has ${width}×${height} pixels, but at most ${mostPixels} can be taken here`);
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('the browser gives no canvas to decode the image on');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height);
  } finally {
    bitmap.close();
  }
}
