import type { Pixels } from '@sepconv/tensor';
import { decode } from 'jpeg-js';
import { DataError } from '../errors.js';
import { checkDimensions } from './limits.js';
import { orient, orientationOf } from './orientation.js';

/** Memory that decoding may take; the decoder keeps 4 bytes for every coefficient, of which a pixel has 1.5 to 3. */
const maximumMegabytes = 1024;
/**
 * Pixels times scans. A progressive file has about ten scans; a hostile one can have thousands of a few bytes, each of
 * which makes the decoder walk the whole image.
 */
const maximumScannedPixels = 2_000_000_000;

/** Start of frame: baseline, extended, progressive. Those between are Huffman tables, lossless and arithmetic. */
const startOfFrame = new Set([0xc0, 0xc1, 0xc2]);
const endOfImage = 0xd9;

interface Summary {
  readonly width: number;
  readonly height: number;
  readonly exif: Uint8Array | undefined;
  /** The image without what phones append to it: a video, a depth map. */
  readonly image: Uint8Array;
}

/** Walks the segments and skips the entropy-coded data between them. */
function summarize(bytes: Uint8Array): Summary {
  const uint16 = (offset: number) => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  let size: { width: number; height: number } | undefined;
  let exif: Uint8Array | undefined;
  let offset = 2;
  for (; offset + 1 < bytes.length; ) {
    const marker = bytes[offset] === 0xff ? (bytes[offset + 1] as number) : 0;
    if (marker === endOfImage) break;
    // A restart marker (0xd0 to 0xd7) stands alone; below 0xc0 and 0xff are data and fill bytes.
    if (marker < 0xc0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8)) {
      offset++;
      continue;
    }
    if (startOfFrame.has(marker)) size ??= { height: uint16(offset + 5), width: uint16(offset + 7) };
    if (marker === 0xe1) exif ??= bytes.subarray(offset + 4, offset + 2 + uint16(offset + 2));
    offset += 2 + Math.max(2, uint16(offset + 2));
  }
  if (size === undefined) {
    throw new DataError(
      'it has no baseline or progressive frame: the file is truncated, or in a rare kind of JPEG; save it anew',
    );
  }
  return { ...size, exif, image: bytes.subarray(0, offset + 2) };
}

/** Start-of-scan markers wherever they are, so that none can hide in a segment that the decoder reads differently. */
function countScans(image: Uint8Array): number {
  let count = 0;
  for (let i = image.indexOf(0xff); i !== -1; i = image.indexOf(0xff, i + 1))
    if (image[i + 1] === 0xda) count++;
  return count;
}

/** Decodes a JPEG to RGB, turned as its EXIF orientation says. */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const { width, height, exif, image } = summarize(bytes);
  checkDimensions(width, height);
  const scans = countScans(image);
  if (width * height * scans > maximumScannedPixels) {
    throw new DataError(
      `it has ${scans} scans of ${width}×${height} pixels, more work than an image is worth; save it as an ordinary JPEG`,
    );
  }
  try {
    const { data } = decode(image, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: (width * height) / 1e6 + 1,
      maxMemoryUsageInMB: maximumMegabytes,
    });
    return orient({ data, width, height }, exif === undefined ? 1 : orientationOf(exif));
  } catch (error) {
    // The decoder throws plain errors and, on damaged tables, TypeErrors: all mean the same for the user.
    throw new DataError(
      `its JPEG data cannot be decoded (${(error as Error).message}): the file is damaged or truncated`,
      { cause: error },
    );
  }
}
