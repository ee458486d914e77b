/// <reference path="./pdf-image-decoders.d.ts" />
/**
 * @file JPEG by pdf.js, which keeps two bytes for a coefficient where jpeg-js keeps an array for each block, and reads what
 * viewers read. The segments are checked first, and only those that matter are handed to it.
 */
/*! JPEG decoder of pdf.js (pdfjs-dist). Copyright 2024 Mozilla Foundation. Licensed under the Apache License, Version 2.0; see LICENSE-pdfjs.txt. */
import type { Pixels } from '@sepconv/tensor';
import { JpegImage, setVerbosityLevel } from 'pdfjs-dist/image_decoders/pdf.image_decoders.mjs';
import { VisionError } from '../errors.js';
import { type Frame, readSegments, type Segments } from './jpeg-segments.js';
import { checkDataLength, checkDimensions, checkMemory } from './limits.js';
import { orient, orientationOf } from './orientation.js';

/**
 * Pixels times scans. A progressive file has about ten scans; a hostile one can have thousands of a few bytes, each of
 * which makes the decoder walk the whole image.
 */
const maximumScannedPixels = 2_000_000_000;

/** Blocks of 8 × 8 coefficients that a decoder keeps: whole squares of every component. */
function countBlocks({ width, height, components }: Frame): number {
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  const squares = Math.ceil(width / (8 * maxH)) * Math.ceil(height / (8 * maxV));
  return components.reduce((sum, { h, v }) => sum + squares * h * v, 0);
}

/** The file twice, as it is and rebuilt, the coefficients, the image, and a second one where it is turned. */
function checkFrame(frame: Frame, fileBytes: number, turned: boolean): void {
  const { width, height, components } = frame;
  checkDimensions(width, height);
  const imageBytes = (Math.max(3, components.length) + (turned ? 3 : 0)) * width * height;
  checkMemory(width, height, 2 * fileBytes + 128 * countBlocks(frame) + imageBytes);
}

/**
 * Whether the components are luma and chroma (and, of four, black), as libjpeg decides: JFIF is always, Adobe's marker says
 * it, and without either, three components are unless they are called R, G and B, and four are not.
 */
function hasLuma({ frame, jfif, adobeTransform }: Segments): boolean {
  const ids = frame.components.map(({ id }) => id);
  if (ids.length === 4) return adobeTransform !== undefined && adobeTransform !== 0;
  if (ids.length === 1) return false;
  if (jfif) return true;
  if (adobeTransform !== undefined) return adobeTransform !== 0;
  return String.fromCharCode(...ids) !== 'RGB';
}

/**
 * What is handed to the decoder. Its own comment stands before the end: the decoder takes an end within a scan's data for a
 * short image, any other marker for the damage that it is.
 */
function rebuild(segments: Segments): Uint8Array {
  const transform = hasLuma(segments) ? 1 : 0;
  const adobe = [0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform];
  return Buffer.concat([
    Uint8Array.of(0xff, 0xd8, ...adobe),
    ...segments.parts,
    Uint8Array.of(0xff, 0xfe, 0, 2, 0xff, 0xd9),
  ]);
}

/** Print colours to RGB in place; all programs store them inverted, so that 255 is no ink. */
function printToRgb(data: Uint8ClampedArray, pixels: number): Uint8Array {
  for (let i = 0; i < pixels; i++) {
    const black = data[4 * i + 3] as number;
    for (let c = 0; c < 3; c++) data[3 * i + c] = ((data[4 * i + c] as number) * black) / 255;
  }
  return new Uint8Array(data.buffer, 0, 3 * pixels);
}

function decodeSamples(stream: Uint8Array, { width, height, components }: Frame): Uint8Array {
  setVerbosityLevel(0);
  const image = new JpegImage();
  image.parse(stream, { dnlScanLines: height });
  const data = image.getData({ width, height, forceRGB: components.length === 1, isSourcePDF: true });
  return components.length === 4 ? printToRgb(data, width * height) : new Uint8Array(data.buffer);
}

/** Decodes a JPEG to RGB, turned as its EXIF orientation says. */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const segments = readSegments(bytes, (claimed) => checkFrame(claimed, bytes.length, false));
  const { frame, scans, dataBytes, exif } = segments;
  const orientation = exif === undefined ? 1 : orientationOf(exif);
  checkFrame(frame, bytes.length, orientation !== 1);
  const { width, height } = frame;
  if (width * height * scans > maximumScannedPixels) {
    throw new VisionError(
      `it has ${scans} scans of ${width}×${height} pixels, more work than an image is worth; save it as an ordinary JPEG`,
    );
  }
  // A block takes a bit at least, and a second one for its end where it is not coded in several scans.
  checkDataLength(width, height, (countBlocks(frame) * (frame.progressive ? 1 : 2)) / 16, dataBytes);
  let data: Uint8Array;
  try {
    data = decodeSamples(rebuild(segments), frame);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'JpegError')) throw error;
    throw new VisionError(
      `its JPEG data cannot be decoded (${error.message}): the file is damaged or truncated`,
      { cause: error },
    );
  }
  return orient({ data, width, height }, orientation);
}
