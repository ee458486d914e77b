/** @file Joins PNGs of one size into an animated one (PNG, third edition): each picture's own compressed data, put into frames. */

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** One picture of an animation, and how long it stays. */
export interface Frame {
  readonly png: Uint8Array;
  readonly milliseconds: number;
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of a PNG. */
function chunksOf(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let offset = signature.length; offset < png.length; ) {
    const length = view.getUint32(offset);
    const type = String.fromCharCode(...png.subarray(offset + 4, offset + 8));
    chunks.push({ type, data: png.subarray(offset + 8, offset + 8 + length) });
    offset += 12 + length;
  }
  return chunks;
}

/** The checksum of a chunk: CRC-32 with the polynomial 0xEDB88320, bits reversed. */
function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** A chunk as it stands in a file: length, type, data, checksum of the two before. */
function written({ type, data }: Chunk): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, checksum(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** Numbers of 32 bits, and after them some of 16 and of 8. */
function fields(words: readonly number[], halves: readonly number[] = [], bytes: readonly number[] = []) {
  const data = new Uint8Array(4 * words.length + 2 * halves.length + bytes.length);
  const view = new DataView(data.buffer);
  words.forEach((value, index) => void view.setUint32(4 * index, value));
  halves.forEach((value, index) => void view.setUint16(4 * words.length + 2 * index, value));
  data.set(bytes, 4 * words.length + 2 * halves.length);
  return data;
}

/** An animated PNG that repeats for ever; where it cannot move, its first frame is shown. All pictures have the first one's size and form. */
export function animatedPng(frames: readonly Frame[]): Uint8Array<ArrayBuffer> {
  const header = chunksOf(frames[0]!.png).find(({ type }) => type === 'IHDR')!;
  const [width, height] = [0, 4].map((at) => new DataView(header.data.slice().buffer).getUint32(at)) as [
    number,
    number,
  ];
  const chunks: Chunk[] = [header, { type: 'acTL', data: fields([frames.length, 0]) }];
  let sequence = 0;
  frames.forEach(({ png, milliseconds }, index) => {
    // Of the whole picture at its corner, for so many thousandths of a second; it stays, and the next takes its place.
    const control = fields([sequence++, width, height, 0, 0], [milliseconds, 1000], [0, 0]);
    chunks.push({ type: 'fcTL', data: control });
    for (const { data } of chunksOf(png).filter(({ type }) => type === 'IDAT')) {
      if (index === 0) chunks.push({ type: 'IDAT', data });
      else {
        const numbered = new Uint8Array(4 + data.length);
        numbered.set(fields([sequence++]));
        numbered.set(data, 4);
        chunks.push({ type: 'fdAT', data: numbered });
      }
    }
  });
  chunks.push({ type: 'IEND', data: new Uint8Array() });
  const parts = [Uint8Array.from(signature), ...chunks.map(written)];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.length;
  }
  return file;
}
