import { VisionError } from '../errors.js';

const signatureBytes = 8;
/** What the pixels depend on. Colour profiles, texts and animation frames are skipped, however large they unpack. */
const wantedChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'eXIf']);

export interface Chunk {
  readonly type: string;
  /** Type, data and checksum, as in the file. */
  readonly whole: Uint8Array;
  readonly data: Uint8Array;
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** The checksum of PNG, annex D; Node has it only since 20.15. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = (crcTable[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** The chunks up to IEND that matter. */
export function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let offset = signatureBytes;
  while (chunks.at(-1)?.type !== 'IEND') {
    const length = offset + 8 <= bytes.length ? view.getUint32(offset) : Infinity;
    const end = offset + 12 + length;
    if (end > bytes.length) {
      throw new VisionError(`it ends after ${bytes.length} bytes, within a chunk: the file is truncated`);
    }
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (wantedChunks.has(type)) {
      chunks.push({
        type,
        whole: bytes.subarray(offset + 4, end),
        data: bytes.subarray(offset + 8, end - 4),
      });
    }
    offset = end;
  }
  return chunks;
}

/** @throws {VisionError} when a chunk's checksum is wrong. It reads all bytes, and so comes after what the header says. */
export function checkChecksums(chunks: readonly Chunk[]): void {
  for (const { type, whole } of chunks) {
    const end = whole.length - 4;
    const stored = new DataView(whole.buffer, whole.byteOffset + end, 4).getUint32(0);
    if (stored !== crc32(whole.subarray(0, end))) {
      throw new VisionError(`the checksum of its chunk ${type} is wrong: the file is damaged`);
    }
  }
}
