import type { Pixels } from '@sepconv/tensor';

/** The centred rectangle of this size; both sides must fit. */
export function cropCentre(pixels: Pixels, width: number, height: number): Pixels {
  const perPixel = pixels.data.length / (pixels.width * pixels.height);
  const left = (pixels.width - width) >> 1;
  const top = (pixels.height - height) >> 1;
  const source = pixels.data as Uint8Array;
  const data = new Uint8Array(width * height * perPixel);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * pixels.width + left) * perPixel;
    data.set(source.subarray(start, start + width * perPixel), y * width * perPixel);
  }
  return { data, width, height };
}
