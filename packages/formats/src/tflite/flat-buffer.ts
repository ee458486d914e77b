/**
 * @file FlatBuffers out of an untrusted file. The official `ByteBuffer` reads numbers wherever it is told to, and reads
 * `undefined` as 0 behind the end; here every offset, vtable and length is checked against the file before it is used.
 *
 * The encoding: a table is a signed offset back to its vtable, and its fields; a vtable is `[own size, table size,
 * offset of field 0, of field 1, …]` in 16-bit words, 0 for a field that is absent; a string, vector or table in a field
 * is an unsigned offset forward from where it is stored. Source: https://flatbuffers.dev/internals/
 */
import { ByteBuffer } from 'flatbuffers';
import { DamagedFileError } from '../errors.js';

/** The bytes, and how much may still be read out of them. */
export class FlatFile {
  readonly bytes: Uint8Array;
  readonly buffer: ByteBuffer;
  #left: number;
  #tablesLeft = 2 ** 20;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.buffer = new ByteBuffer(bytes);
    // Vectors may overlap, so that a small file can ask for unbounded work; an honest one reads each byte about once.
    this.#left = 2 ** 20 + 16 * bytes.length;
  }

  /** The table that the file begins with. */
  root(): FlatTable {
    return new FlatTable(this, this.follow(0, 'the root table'), 'the model');
  }

  /** Checks that `length` bytes at `position` lie in the file. */
  check(position: number, length: number, what: string): void {
    if (!(position >= 0 && position + length <= this.bytes.length)) {
      damaged(
        `${what} needs ${length} bytes at byte ${position}, but the file has ${this.bytes.length} bytes`,
      );
    }
  }

  /** Books the reading of `bytes`, so that the work is bounded by the file's size. */
  charge(bytes: number, what: string): void {
    this.#left -= bytes;
    if (this.#left < 0) {
      damaged(`its parts overlap so often that they are larger than the file many times over (at ${what})`);
    }
  }

  /** Books one table; the largest models have some ten thousand. */
  chargeTable(what: string): void {
    this.#tablesLeft--;
    if (this.#tablesLeft < 0) damaged(`it has more than 2²⁰ tables (at ${what})`);
  }

  /** Where the unsigned offset at `position` points to. */
  follow(position: number, what: string): number {
    this.check(position, 4, what);
    return position + this.buffer.readUint32(position);
  }
}

/** Says that the file is not what was written. */
export function damaged(message: string): never {
  throw new DamagedFileError(`the TFLite file is damaged: ${message}. Download or convert it again.`);
}

/** One table; fields are asked for by slot, their number in the schema counted from 0, and by name for messages. */
export class FlatTable {
  readonly #file: FlatFile;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableSize: number;
  readonly #tableSize: number;
  /** Where in the model this table stands, for messages. */
  readonly path: string;

  constructor(file: FlatFile, position: number, path: string) {
    file.check(position, 4, path);
    file.chargeTable(path);
    const vtable = position - file.buffer.readInt32(position);
    file.check(vtable, 4, `the vtable of ${path}`);
    const vtableSize = file.buffer.readUint16(vtable);
    const tableSize = file.buffer.readUint16(vtable + 2);
    if (vtableSize < 4 || vtableSize % 2 !== 0) {
      damaged(`the vtable of ${path} has the size ${vtableSize}, which must be even and at least 4`);
    }
    file.check(vtable, vtableSize, `the vtable of ${path}`);
    file.check(position, tableSize, path);
    this.#file = file;
    this.#position = position;
    this.#vtable = vtable;
    this.#vtableSize = vtableSize;
    this.#tableSize = tableSize;
    this.path = path;
  }

  /** The position of a field's `size` bytes, or `undefined` when the table leaves it out. */
  #field(slot: number, size: number, name: string): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#vtableSize) return undefined;
    const offset = this.#file.buffer.readUint16(this.#vtable + entry);
    if (offset === 0) return undefined;
    if (offset < 4 || offset + size > this.#tableSize) {
      damaged(
        `${this.path}.${name} is at byte ${offset} of its table, which has ${this.#tableSize} bytes after 4 of header`,
      );
    }
    return this.#position + offset;
  }

  /** Whether the table has the field. */
  has(slot: number, name: string): boolean {
    return this.#field(slot, 1, name) !== undefined;
  }

  int8(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 1, name);
    return position === undefined ? absent : this.#file.buffer.readInt8(position);
  }

  uint8(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 1, name);
    return position === undefined ? absent : this.#file.buffer.readUint8(position);
  }

  int32(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 4, name);
    return position === undefined ? absent : this.#file.buffer.readInt32(position);
  }

  uint32(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 4, name);
    return position === undefined ? absent : this.#file.buffer.readUint32(position);
  }

  /** An unsigned 64-bit number as far as a double holds it exactly; larger ones point behind any file's end anyway. */
  uint64(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 8, name);
    return position === undefined ? absent : Number(this.#file.buffer.readUint64(position));
  }

  float32(slot: number, name: string, absent = 0): number {
    const position = this.#field(slot, 4, name);
    return position === undefined ? absent : this.#file.buffer.readFloat32(position);
  }

  /** The table in a field, or `undefined`. */
  table(slot: number, name: string): FlatTable | undefined {
    const position = this.#field(slot, 4, name);
    const path = `${this.path}.${name}`;
    return position === undefined
      ? undefined
      : new FlatTable(this.#file, this.#file.follow(position, path), path);
  }

  /** The tables of a vector, each called `label` and its number; none when it is absent. */
  tables(slot: number, name: string, label: string): FlatTable[] {
    const { start, count } = this.#vector(slot, 4, name);
    return Array.from({ length: count }, (_, index) => {
      const path = `${label} ${index}`;
      return new FlatTable(this.#file, this.#file.follow(start + 4 * index, path), path);
    });
  }

  string(slot: number, name: string): string {
    return new TextDecoder().decode(this.bytes(slot, name));
  }

  /** The bytes of a vector, not copied; empty when it is absent. */
  bytes(slot: number, name: string): Uint8Array {
    const { start, count } = this.#vector(slot, 1, name);
    return this.#file.bytes.subarray(start, start + count);
  }

  uint16s(slot: number, name: string): number[] {
    return this.#numbers(slot, 2, name, (position) => this.#file.buffer.readUint16(position));
  }

  int32s(slot: number, name: string): number[] {
    return this.#numbers(slot, 4, name, (position) => this.#file.buffer.readInt32(position));
  }

  float32s(slot: number, name: string): number[] {
    return this.#numbers(slot, 4, name, (position) => this.#file.buffer.readFloat32(position));
  }

  int64s(slot: number, name: string): number[] {
    return this.#numbers(slot, 8, name, (position) => Number(this.#file.buffer.readInt64(position)));
  }

  #numbers(slot: number, size: number, name: string, read: (position: number) => number): number[] {
    const { start, count } = this.#vector(slot, size, name);
    return Array.from({ length: count }, (_, index) => read(start + size * index));
  }

  /** First element and number of elements, all of which lie in the file. */
  #vector(slot: number, size: number, name: string): { start: number; count: number } {
    const position = this.#field(slot, 4, name);
    if (position === undefined) return { start: 0, count: 0 };
    const path = `${this.path}.${name}`;
    const vector = this.#file.follow(position, path);
    this.#file.check(vector, 4, path);
    const count = this.#file.buffer.readUint32(vector);
    this.#file.check(vector + 4, count * size, `${path} with ${count} elements`);
    this.#file.charge(count * size, path);
    return { start: vector + 4, count };
  }
}
