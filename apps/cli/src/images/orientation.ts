/**
 * @file A photo's orientation: phones store the sensor's rows and note in EXIF how the camera was held.
 *
 * Our own for one tag of one table: a full EXIF reader follows every offset of a block that is somebody else's bytes.
 */
import type { Pixels } from '@sepconv/tensor';

const orientationTag = 0x0112;
const exifHeaderBytes = 6;

/** The number 1 to 8 of an APP1 segment's content; 1, which is upright, for anything unclear. */
export function orientationOf(segment: Uint8Array): number {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const header = String.fromCharCode(...segment.subarray(0, exifHeaderBytes + 2));
  if (!header.startsWith('Exif\0\0') || segment.length < exifHeaderBytes + 8) return 1;
  const little = header.endsWith('II');
  const table = exifHeaderBytes + view.getUint32(exifHeaderBytes + 4, little);
  if (table + 2 > segment.length) return 1;
  const entries = view.getUint16(table, little);
  for (let entry = table + 2, i = 0; i < entries && entry + 12 <= segment.length; i++, entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * For each orientation, where an upright pixel (x, y) lies in the stored image of w × h: the EXIF numbers name which
 * side of the scene the stored first row and first column are.
 */
const sources: Readonly<
  Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]>
> = {
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _w, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
};

/** RGB pixels turned and mirrored to stand upright. */
export function orient(stored: Pixels, orientation: number): Pixels {
  const source = sources[orientation];
  if (source === undefined) return stored;
  const swapped = orientation >= 5;
  const width = swapped ? stored.height : stored.width;
  const height = swapped ? stored.width : stored.height;
  const data = new Uint8Array(width * height * 3);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = source(x, y, stored.width, stored.height);
      const from = (sy * stored.width + sx) * 3;
      for (let channel = 0; channel < 3; channel++) data[target++] = stored.data[from + channel] as number;
    }
  }
  return { data, width, height };
}
