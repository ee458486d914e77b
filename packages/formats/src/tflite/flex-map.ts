/**
 * @file The options of custom operators: a map of names to numbers in FlexBuffers. What is of no use to us is passed over. Source:
 * https://flatbuffers.dev/internals, "FlexBuffers".
 */
import { refuse } from '../errors.js';

/** More names than any operator has options. */
const mostKeys = 64;

const mapType = 9;

/** Reads numbers of 1, 2, 4 or 8 bytes at any place. */
class FlexReader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#view.byteLength;
  }

  unsigned(at: number, width: number): number {
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    return width === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  signed(at: number, width: number): number {
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at, true);
    return width === 4 ? this.#view.getInt32(at, true) : Number(this.#view.getBigInt64(at, true));
  }

  float(at: number, width: number): number {
    return width === 8 ? this.#view.getFloat64(at, true) : this.#view.getFloat32(at, true);
  }

  /** Where an offset leads, which counts backwards. */
  target(at: number, width: number): number {
    return at - this.unsigned(at, width);
  }

  name(at: number): string {
    let name = '';
    for (let i = at; name.length < 100 && this.#view.getUint8(i) !== 0; i++) {
      name += String.fromCharCode(this.#view.getUint8(i));
    }
    return name;
  }

  /** A number of a type, in its place or behind an offset; `undefined` for what is none. */
  number(at: number, width: number, packed: number): number | undefined {
    const [type, ownWidth] = [packed >> 2, 1 << (packed & 3)];
    switch (type) {
      case 1:
        return this.signed(at, width);
      case 2:
      case 26:
        return this.unsigned(at, width);
      case 3:
        return this.float(at, width);
      case 6:
        return this.signed(this.target(at, width), ownWidth);
      case 7:
        return this.unsigned(this.target(at, width), ownWidth);
      case 8:
        return this.float(this.target(at, width), ownWidth);
      default:
        return undefined;
    }
  }
}

function readMap(reader: FlexReader): Map<string, number> {
  const end = reader.length;
  const [packed, rootWidth] = [reader.unsigned(end - 2, 1), reader.unsigned(end - 1, 1)];
  if (packed >> 2 !== mapType) refuse('has options that are no map of names to numbers');
  const width = 1 << (packed & 3);
  const map = reader.target(end - 2 - rootWidth, rootWidth);
  const size = reader.unsigned(map - width, width);
  if (size > mostKeys) refuse(`has ${size} options; at most ${mostKeys} are supported`);
  const keys = reader.target(map - 3 * width, width);
  const keyWidth = reader.unsigned(map - 2 * width, width);
  const numbers = new Map<string, number>();
  for (let i = 0; i < size; i++) {
    const value = reader.number(map + i * width, width, reader.unsigned(map + size * width + i, 1));
    if (value !== undefined) numbers.set(reader.name(reader.target(keys + i * keyWidth, keyWidth)), value);
  }
  return numbers;
}

/** The numbers of a map, truths among them, by name. */
export function readFlexMap(bytes: Uint8Array): ReadonlyMap<string, number> {
  try {
    return readMap(new FlexReader(bytes));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse('has options that lead beyond their end: the file is damaged');
  }
}
