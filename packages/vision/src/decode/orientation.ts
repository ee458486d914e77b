/**
 * @file A photo's orientation: phones store the sensor's rows and note in EXIF how the camera was held.
 *
 * Our own for one tag of one table: a full EXIF reader follows every offset of a block that is somebody else's bytes.
 */
import type { Pixels } from '@sepconv/tensor';

const orientationTag = 0x0112;
const exifSignature = 'Exif\0';
/** Signature and a byte that fills it up, before the TIFF structure in a JPEG's segment. */
const exifHeaderBytes = 6;
/** TIFF's types of a whole number: 16 and 32 bits. Either is met in orientations. */
const shortType = 3;
const longType = 4;

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((character, i) => bytes[i] === character.charCodeAt(0));

/** The TIFF structure in a JPEG's APP1 segment; other things than EXIF are in such segments, too, and give undefined. */
export function exifOf(segment: Uint8Array): Uint8Array | undefined {
  return startsWith(segment, exifSignature) ? segment.subarray(exifHeaderBytes) : undefined;
}

/** The number 1 to 8 of a TIFF structure, as EXIF is one; 1, which is upright, for anything unclear. */
export function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = startsWith(tiff, 'II');
  if (tiff.length < 8 || !(little || startsWith(tiff, 'MM'))) return 1;
  const table = view.getUint32(4, little);
  if (table + 2 > tiff.length) return 1;
  const entries = view.getUint16(table, little);
  for (let entry = table + 2, i = 0; i < entries && entry + 12 <= tiff.length; i++, entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const type = view.getUint16(entry + 2, little);
    if (view.getUint32(entry + 4, little) !== 1 || (type !== shortType && type !== longType)) return 1;
    const value = type === longType ? view.getUint32(entry + 8, little) : view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * Where the stored image of w × h has the upright image's first pixel, and how far, in pixels, the next one to the right and the
 * next one below are: the EXIF numbers name which side of the scene the stored first row and first column are.
 */
const walks: Readonly<
  Record<number, (w: number, h: number) => readonly [start: number, right: number, down: number]>
> = {
  2: (w) => [w - 1, -1, w],
  3: (w, h) => [w * h - 1, -1, -w],
  4: (w, h) => [w * (h - 1), 1, -w],
  5: (w) => [0, w, 1],
  6: (w, h) => [w * (h - 1), -w, 1],
  7: (w, h) => [w * h - 1, -w, -1],
  8: (w) => [w - 1, w, -1],
};

/** Pixels of any number of channels, turned and mirrored to stand upright. */
export function orient(stored: Pixels, orientation: number): Pixels {
  const walk = walks[orientation];
  if (walk === undefined) return stored;
  const [start, right, down] = walk(stored.width, stored.height);
  const swapped = orientation >= 5;
  const width = swapped ? stored.height : stored.width;
  const height = swapped ? stored.width : stored.height;
  const source = stored.data;
  const channels = source.length / (width * height);
  const data = new Uint8Array(source.length);
  let target = 0;
  for (let y = 0; y < height; y++) {
    let from = (start + y * down) * channels;
    for (let x = 0; x < width; x++, from += right * channels) {
      for (let channel = 0; channel < channels; channel++) data[target++] = source[from + channel] as number;
    }
  }
  return { data, width, height };
}
