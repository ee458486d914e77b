import type { Pixels } from '@sepconv/tensor';
import { DataError } from '../errors.js';

/** A decoder: bytes that begin with its signature, to pixels from the top left. */
export type Decode = (bytes: Uint8Array) => Pixels;

/**
 * Pixels that an image may have. A photo is somebody else's bytes: 20 of them can claim 65 535 × 65 535 pixels. 64
 * million is more than most cameras take, and 200 MB as RGB.
 */
const maximumPixels = 64_000_000;

/** @throws {DataError} when a header claims an image that is empty or too large to decode. */
export function checkDimensions(width: number, height: number): void {
  if (width < 1 || height < 1) {
    throw new DataError(`its header says ${width}×${height} pixels, so there is nothing to look at`);
  }
  if (width * height > maximumPixels) {
    throw new DataError(
      `its header says ${width}×${height} pixels, more than the ${maximumPixels / 1e6} million that are decoded; scale it down first`,
    );
  }
}
