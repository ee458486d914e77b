/** @file A JPEG's segments (ITU-T T.81, annex B), walked and checked before a decoder sees them. */
import { VisionError } from '../errors.js';
import { exifOf } from './orientation.js';

export interface Component {
  readonly id: number;
  /** Sampling factors. */
  readonly h: number;
  readonly v: number;
}

export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** A JPEG, of which only what the pixels depend on is left. */
export interface Segments {
  readonly frame: Frame;
  readonly jfif: boolean;
  /** The colour transform of Adobe's marker, where there is one. */
  readonly adobeTransform: number | undefined;
  readonly exif: Uint8Array | undefined;
  /** Tables, the frame and scans with their data, each with its marker, in the file's order. */
  readonly parts: readonly Uint8Array[];
  readonly scans: number;
  /** Bytes of all scans' data. */
  readonly dataBytes: number;
}

const endOfImage = 0xd9;
const startOfScan = 0xda;
const restartInterval = 0xdd;
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/** Kinds of JPEG that are not read, by their start of frame. */
const refusedFrames: Readonly<Record<number, string>> = {
  195: 'a lossless JPEG',
  197: 'a hierarchical JPEG',
  198: 'a hierarchical JPEG',
  199: 'a hierarchical, lossless JPEG',
  201: 'a JPEG with arithmetic coding',
  202: 'a JPEG with arithmetic coding',
  203: 'a lossless JPEG with arithmetic coding',
  205: 'a hierarchical JPEG with arithmetic coding',
  206: 'a hierarchical JPEG with arithmetic coding',
  207: 'a hierarchical, lossless JPEG with arithmetic coding',
  247: 'a JPEG-LS',
};

const saveAnew = 'save it anew as an ordinary JPEG';

function damaged(what: string): never {
  throw new VisionError(`its JPEG data cannot be decoded (${what}): the file is damaged or truncated`);
}

function readFrame(marker: number, content: Uint8Array): Frame {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = content;
  if (precision !== 8) {
    throw new VisionError(`it has ${precision} bits a sample, and JPEGs of 8 are read; ${saveAnew}`);
  }
  if (content.length !== 6 + 3 * count) damaged(`a frame of ${count} components has ${content.length} bytes`);
  if (count !== 1 && count !== 3 && count !== 4) {
    throw new VisionError(
      `it has ${count} colour components, and those of 1 (grey), 3 (colour) and 4 (print colours) are read; ${saveAnew}`,
    );
  }
  const components = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0] = content.subarray(6 + 3 * i);
    const [h, v] = [sampling >> 4, sampling & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4) damaged(`component ${id} has the sampling factors ${h} and ${v}`);
    return { id, h, v };
  });
  if (new Set(components.map(({ id }) => id)).size !== count) damaged('two components have the same id');
  return { progressive: marker === 0xc2, height: (h1 << 8) | h0, width: (w1 << 8) | w0, components };
}

/** Tables follow one another in a segment and must end where it ends, so that no decoder reads on into what follows. */
function checkQuantization(content: Uint8Array): void {
  let at = 0;
  while (at < content.length) at += (content[at] as number) >> 4 ? 129 : 65;
  if (at !== content.length) damaged('a table does not end with its segment');
}

/** The class (0: DC, 1: AC) in the upper and the number in the lower half of a byte, for each table of codes. */
function readHuffman(content: Uint8Array): number[] {
  const tables: number[] = [];
  let at = 0;
  while (at < content.length) {
    const counts = content.subarray(at + 1, at + 17);
    // A code of n bits takes 2^-n of what there is, and the code of ones only must stay free.
    const taken = counts.reduce((sum, codes, i) => sum + codes * 2 ** (15 - i), 0);
    if (taken >= 65536) damaged('a table has more Huffman codes than there are');
    tables.push(content[at] as number);
    at += counts.reduce((sum, codes) => sum + codes, 17);
  }
  if (at !== content.length) damaged('a table does not end with its segment');
  if (tables.some((table) => table >> 4 > 1)) damaged('a Huffman table is neither for DC nor for AC');
  return tables;
}

/** Where the next marker other than a restart is, from within the data of a scan; restarts are counted. */
function endOfData(bytes: Uint8Array, start: number): { end: number; restarts: number } {
  let restarts = 0;
  for (let i = bytes.indexOf(0xff, start); i !== -1; i = bytes.indexOf(0xff, i + 1)) {
    const next = bytes[i + 1] ?? 0;
    if (isRestart(next)) restarts++;
    else if (next >= 0xc0 && next !== 0xff) return { end: i, restarts };
  }
  return { end: bytes.length, restarts };
}

/** Units of which a scan's restarts are counted: blocks of a single component, else squares of all of them. */
function scanUnits({ width, height, components }: Frame, ids: readonly number[]): number {
  const maxH = Math.max(...components.map(({ h }) => h));
  const maxV = Math.max(...components.map(({ v }) => v));
  const only = ids.length === 1 ? components.find(({ id }) => id === ids[0]) : undefined;
  if (only === undefined) return Math.ceil(width / (8 * maxH)) * Math.ceil(height / (8 * maxV));
  return (
    Math.ceil(Math.ceil((width * only.h) / maxH) / 8) * Math.ceil(Math.ceil((height * only.v) / maxV) / 8)
  );
}

/** The components of a scan. */
function readScan(content: Uint8Array, frame: Frame, tables: ReadonlySet<number>): number[] {
  const [count = 0] = content;
  if (count < 1 || content.length !== 4 + 2 * count) {
    damaged(`a scan of ${count} components has ${content.length} bytes`);
  }
  const ids = Array.from({ length: count }, (_, i) => content[1 + 2 * i] as number);
  const known = frame.components.map(({ id }) => id);
  if (new Set(ids).size !== count || ids.some((id) => !known.includes(id))) {
    damaged(`a scan has the components ${ids.join(', ')}, and the frame ${known.join(', ')}`);
  }
  const [start = 0, end = 0, bits = 0] = content.subarray(1 + 2 * count);
  if (frame.progressive && (start > end || end > 63 || bits >> 4 > 13 || (bits & 15) > 13)) {
    damaged(`a scan has the coefficients ${start} to ${end}`);
  }
  const needsDc = !frame.progressive || (start === 0 && bits >> 4 === 0);
  const needsAc = !frame.progressive || start > 0;
  ids.forEach((_, i) => {
    const chosen = content[2 + 2 * i] as number;
    if ((needsDc && !tables.has(chosen >> 4)) || (needsAc && !tables.has(16 | (chosen & 15)))) {
      damaged('a scan has Huffman tables that are not there');
    }
  });
  return ids;
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((character, i) => bytes[i] === character.charCodeAt(0));

/** Walks the segments to the end of the image, after which phones append a video or a depth map. */
export function readSegments(bytes: Uint8Array, checkFrame: (frame: Frame) => void): Segments {
  const parts: Uint8Array[] = [];
  let frame: Frame | undefined;
  let jfif = false;
  let adobeTransform: number | undefined;
  let exif: Uint8Array | undefined;
  let interval = 0;
  const huffman = new Set<number>();
  let scans = 0;
  let dataBytes = 0;
  for (let offset = 2; ; ) {
    offset = bytes.indexOf(0xff, offset);
    if (offset === -1 || offset + 2 > bytes.length) {
      throw new VisionError(
        `it ends after ${bytes.length} bytes without an end of image: the file is truncated`,
      );
    }
    const marker = bytes[offset + 1] as number;
    if (marker === endOfImage) break;
    // Restarts and a second start stand alone; below 0xc0 and 0xff are stray bytes and fill bytes.
    if (marker < 0xc0 || marker === 0xff || isRestart(marker) || marker === 0xd8) {
      offset++;
      continue;
    }
    const end = offset + 2 + (((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0));
    if (end < offset + 4 || end > bytes.length)
      damaged(`the segment at byte ${offset} does not end in the file`);
    const content = bytes.subarray(offset + 4, end);
    const part = bytes.subarray(offset, end);
    offset = end;
    const refused = refusedFrames[marker];
    if (refused !== undefined) throw new VisionError(`it is ${refused}, which is not read; ${saveAnew}`);
    if (marker === 0xe0) jfif ||= startsWith(content, 'JFIF\0');
    else if (marker === 0xe1) exif ??= exifOf(content);
    else if (marker === 0xee && startsWith(content, 'Adobe') && content.length >= 12) {
      adobeTransform = content[11];
    } else if (marker === 0xdb) {
      checkQuantization(content);
      parts.push(part);
    } else if (marker === 0xc4) {
      for (const table of readHuffman(content)) huffman.add(table);
      parts.push(part);
    } else if (marker <= 0xc2) {
      if (frame !== undefined) damaged('it has two frames');
      frame = readFrame(marker, content);
      checkFrame(frame);
      parts.push(part);
    } else if (marker === restartInterval) {
      if (content.length !== 2) damaged('a restart interval has another length than 2 bytes');
      interval = ((content[0] as number) << 8) | (content[1] as number);
      parts.push(part);
    } else if (marker === startOfScan) {
      if (frame === undefined) damaged('a scan comes before the frame');
      const ids = readScan(content, frame, huffman);
      const data = endOfData(bytes, end);
      if (interval > 0 && data.restarts < Math.ceil(scanUnits(frame, ids) / interval) - 1) {
        damaged(`a scan ends after ${data.restarts} restarts`);
      }
      parts.push(part, bytes.subarray(end, data.end));
      scans++;
      dataBytes += data.end - end;
      offset = data.end;
    }
  }
  if (frame === undefined || scans === 0) damaged('it has no frame with a scan');
  return { frame, jfif, adobeTransform, exif, parts, scans, dataBytes };
}
