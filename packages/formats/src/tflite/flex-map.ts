/**
 * @file The options of custom operators: a map of names to numbers and lists of numbers in FlexBuffers. What is of no use to us is passed over. Source:
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

/** Options by name. */
export interface FlexOptions {
  /** Numbers, truths among them. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, readonly number[]>;
}

/** The types of lists whose numbers are all whole, natural or real. */
const listTypes: ReadonlyMap<number, number> = new Map([
  [11, 1],
  [12, 2],
  [13, 3],
]);

/** More numbers than any list has. */
const mostNumbers = 4096;

/** A list of numbers of one type behind an offset; `undefined` for what is none. */
function readNumbers(
  reader: FlexReader,
  at: number,
  width: number,
  packed: number,
): readonly number[] | undefined {
  const type = listTypes.get(packed >> 2);
  if (type === undefined) return undefined;
  const [start, ownWidth] = [reader.target(at, width), 1 << (packed & 3)];
  const count = reader.unsigned(start - ownWidth, ownWidth);
  if (count > mostNumbers) refuse(`has a list of ${count} numbers; at most ${mostNumbers} are supported`);
  return Array.from(
    { length: count },
    (_, i) => reader.number(start + i * ownWidth, ownWidth, type << 2) ?? 0,
  );
}

function readMap(reader: FlexReader): FlexOptions {
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
  const lists = new Map<string, readonly number[]>();
  for (let i = 0; i < size; i++) {
    const [at, type] = [map + i * width, reader.unsigned(map + size * width + i, 1)];
    const name = (): string => reader.name(reader.target(keys + i * keyWidth, keyWidth));
    const value = reader.number(at, width, type);
    if (value !== undefined) numbers.set(name(), value);
    const list = readNumbers(reader, at, width, type);
    if (list !== undefined) lists.set(name(), list);
  }
  return { numbers, lists };
}

/** The numbers and lists of a map by name. */
export function readFlexMap(bytes: Uint8Array): FlexOptions {
  try {
    return readMap(new FlexReader(bytes));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse('has options that lead beyond their end: the file is damaged');
  }
}
