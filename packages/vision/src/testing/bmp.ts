/** What a test's bitmap is made of: RGB pixels, or palette colours and one index a pixel. */
export interface BmpContent {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 4 | 8 | 24 | 32;
  readonly topDown?: boolean;
  readonly rgb?: ArrayLike<number>;
  readonly palette?: readonly number[];
  readonly indices?: readonly number[];
}

/** Writes a BMP with a BITMAPINFOHEADER, for tests. */
export function bmp({
  width,
  height,
  bits,
  topDown = false,
  rgb,
  palette = [],
  indices,
}: BmpContent): Uint8Array {
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const pixelOffset = 54 + (palette.length / 3) * 4;
  const bytes = new Uint8Array(pixelOffset + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, pixelOffset, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, topDown ? -height : height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(46, palette.length / 3, true);
  for (let i = 0; i < palette.length / 3; i++) {
    bytes.set([palette[3 * i + 2] ?? 0, palette[3 * i + 1] ?? 0, palette[3 * i] ?? 0], 54 + 4 * i);
  }
  for (let y = 0; y < height; y++) {
    const row = pixelOffset + rowBytes * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (rgb !== undefined) {
        for (let c = 0; c < 3; c++) bytes[row + (x * bits) / 8 + c] = rgb[3 * pixel + 2 - c] ?? 0;
      } else {
        const byte = row + ((x * bits) >> 3);
        bytes[byte] = (bytes[byte] ?? 0) | ((indices?.[pixel] ?? 0) << (8 - bits - ((x * bits) & 7)));
      }
    }
  }
  return bytes;
}
