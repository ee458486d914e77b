/**
 * @file Uncompressed Windows bitmaps: 1, 4 and 8 bits with a palette, 24 and 32 bits, bottom-up or top-down.
 *
 * Our own, because the packages that there are do not survive a closer look: bmp-ts ignores the pixel offset, fast-bmp
 * ignores palettes and top-down rows, and both allocate what the header claims before they look at the file's size.
 */
import type { Pixels } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { checkDimensions, checkMemory } from './limits.js';

const fileHeaderBytes = 14;
/** BITMAPINFOHEADER; the later headers begin with the same fields. */
const infoHeaderBytes = 40;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly pixelOffset: number;
  /** First byte of the palette, and its entries of 4 bytes: blue, green, red, unused. */
  readonly paletteOffset: number;
  readonly paletteLength: number;
}

/** Which channel each of the bytes blue, green, red must be in a 32-bit file that names its masks. */
const usualMasks = [0x00ff0000, 0x0000ff00, 0x000000ff] as const;

function checkEncoding(view: DataView, bits: number, compression: number): void {
  if (![1, 4, 8, 24, 32].includes(bits)) {
    throw new VisionError(
      `it has ${bits} bits a pixel; 1, 4, 8, 24 and 32 are read, so save it as 24-bit BMP`,
    );
  }
  if (compression === 0) return;
  const masksFit =
    view.byteLength >= 66 && usualMasks.every((mask, i) => view.getUint32(54 + 4 * i, true) === mask);
  if (!(compression === 3 && bits === 32 && masksFit)) {
    throw new VisionError(
      'it is a compressed BMP or has unusual colour masks; save it as 24-bit BMP, PNG or JPEG',
    );
  }
}

function readHeader(view: DataView): Header {
  if (view.byteLength < fileHeaderBytes + infoHeaderBytes) {
    throw new VisionError(`it ends after ${view.byteLength} bytes, within its header: the file is truncated`);
  }
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < infoHeaderBytes) {
    throw new VisionError(`its header has ${headerBytes} bytes, which is OS/2's; save it as a Windows BMP`);
  }
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  checkDimensions(width, height);
  const bits = view.getUint16(28, true);
  checkEncoding(view, bits, view.getUint32(30, true));
  const colors = view.getUint32(46, true);
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    pixelOffset: view.getUint32(10, true),
    paletteOffset: fileHeaderBytes + headerBytes,
    paletteLength: bits > 8 ? 0 : colors === 0 ? 2 ** bits : Math.min(colors, 2 ** bits),
  };
}

/** Decodes a BMP to RGB. */
export function decodeBmp(bytes: Uint8Array): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  const { width, height, bits, pixelOffset, paletteOffset, paletteLength } = header;
  // Rows are padded to a multiple of 4 bytes.
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const end = Math.max(pixelOffset + rowBytes * height, paletteOffset + 4 * paletteLength);
  if (end > bytes.length) {
    throw new VisionError(
      `its header promises ${end} bytes for ${width}×${height} pixels, but there are ${bytes.length}: the file is truncated`,
    );
  }
  checkMemory(width, height, bytes.length + width * height * 3);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = pixelOffset + rowBytes * (header.topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const source =
        bits > 8 ? row + (x * bits) / 8 : paletteOffset + 4 * paletteIndex(bytes, header, row, x);
      const target = (y * width + x) * 3;
      data[target] = bytes[source + 2] as number;
      data[target + 1] = bytes[source + 1] as number;
      data[target + 2] = bytes[source] as number;
    }
  }
  return { data, width, height };
}

/** The palette index of pixel `x`; the leftmost pixel is in a byte's highest bits. */
function paletteIndex(bytes: Uint8Array, { bits, paletteLength }: Header, row: number, x: number): number {
  const bit = x * bits;
  const index = ((bytes[row + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
  if (index >= paletteLength) {
    throw new VisionError(
      `a pixel has the colour ${index}, but its palette has ${paletteLength}: the file is damaged`,
    );
  }
  return index;
}
