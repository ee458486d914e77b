import type { Pixels } from '@sepconv/tensor';
import { VisionError } from '../errors.js';

/** A decoder: bytes that begin with its signature, to pixels from the top left. */
export type Decode = (bytes: Uint8Array) => Pixels;

/**
 * Pixels that an image may have. A photo is somebody else's bytes: 20 of them can claim 65 535 × 65 535 pixels. 64
 * million is more than most cameras take, and 200 MB as RGB.
 */
const maximumPixels = 64_000_000;

/** Bytes that an image may take at once, its file among them: Node itself takes 50 of the 400 MB that the command shall. */
const maximumBytes = 345_000_000;

/** @throws {VisionError} when a header claims an image that is empty or too large to decode. */
export function checkDimensions(width: number, height: number): void {
  if (width < 1 || height < 1) {
    throw new VisionError(`its header says ${width}×${height} pixels, so there is nothing to look at`);
  }
  if (width * height > maximumPixels) {
    throw new VisionError(
      `its header says ${width}×${height} pixels, more than the ${maximumPixels / 1e6} million that are decoded; scale it down first`,
    );
  }
}

/** @throws {VisionError} when decoding what the header claims would hold more than `maximumBytes` at once. */
export function checkMemory(width: number, height: number, bytes: number): void {
  if (bytes <= maximumBytes) return;
  throw new VisionError(
    `its header says ${width}×${height} pixels of a kind that takes ${Math.ceil(bytes / 1e6)} MB to decode, more than the ${maximumBytes / 1e6} MB there are for an image; scale it down first`,
  );
}

/** @throws {VisionError} when a file has fewer bytes of pixel data than the shortest encoding of its size. */
export function checkDataLength(width: number, height: number, least: number, actual: number): void {
  if (actual >= least) return;
  throw new VisionError(
    `its header says ${width}×${height} pixels, which need ${Math.ceil(least)} bytes of compressed data at least, but it holds ${actual}: the file is damaged or truncated`,
  );
}
