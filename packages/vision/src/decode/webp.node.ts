/** @file WebP by libwebp itself, compiled to WebAssembly by the package @jsquash/webp, which is kept up to date with it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import decode, { init } from '@jsquash/webp/decode.js';
import type { Pixels } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { checkDimensions, checkMemory } from './limits.js';
import { exifOf, orient, orientationOf } from './orientation.js';

let started: Promise<unknown> | undefined;

/** The decoder makes an `ImageData`, which Node does not have. */
class Rgba {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

async function start(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm');
  await init(await WebAssembly.compile(readFileSync(path)));
}

/** The chunks of a RIFF file, by their four letters; source: WebP Container Specification. */
function* riffChunks(bytes: Uint8Array): Generator<{ readonly name: string; readonly data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    yield { name, data: bytes.subarray(at + 8, at + 8 + size) };
    at += 8 + size + (size & 1);
  }
}

/** Width and height, of whichever of the three kinds of header there is. */
function sizeOf(chunks: ReturnType<typeof riffChunks>): { width: number; height: number } {
  for (const { name, data } of chunks) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (name === 'VP8X' && data.length >= 10) {
      return {
        width: 1 + (view.getUint32(3, true) >>> 8),
        height: 1 + (view.getUint16(7, true) | ((data[9] as number) << 16)),
      };
    }
    if (name === 'VP8 ' && data.length >= 10) {
      return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
    }
    if (name === 'VP8L' && data.length >= 5) {
      const bits = view.getUint32(1, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
  }
  throw new VisionError('it has no header of a WebP image: the file is damaged or truncated');
}

/** Decodes a WebP, of a moving one the first picture, turned as its EXIF orientation says. */
export async function decodeWebp(bytes: Uint8Array): Promise<Pixels> {
  const { width, height } = sizeOf(riffChunks(bytes));
  checkDimensions(width, height);
  checkMemory(width, height, 2 * bytes.length + 3 * 4 * width * height);
  started ??= start();
  await started;
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= Rgba;
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const decoded = await decode(copy).catch((error: unknown) => {
    throw new VisionError('its WebP data cannot be decoded: the file is damaged or truncated', {
      cause: error,
    });
  });
  const exif = [...riffChunks(bytes)].find(({ name }) => name === 'EXIF')?.data;
  const pixels: Pixels = { data: new Uint8Array(decoded.data), width: decoded.width, height: decoded.height };
  return orient(pixels, exif === undefined ? 1 : orientationOf(exifOf(exif) ?? exif));
}
