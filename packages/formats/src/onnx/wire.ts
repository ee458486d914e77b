/**
 * @file Protobuf messages out of an untrusted file. The reader of @bufbuild/protobuf checks every read against the end
 * of its message and throws; here those errors become ours, and the number of messages is bounded.
 *
 * The encoding: a message is a sequence of `tag, content`; a tag is `field number · 8 + wire type`, where the type says
 * how long the content is. Source: https://protobuf.dev/programming-guides/encoding/
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { DamagedFileError } from '../errors.js';

/** Says that the file is not what was written. */
export function damaged(message: string): never {
  throw new DamagedFileError(`the ONNX file is damaged: ${message}. Download or export it again.`);
}

/** Bounds the objects that one file makes; the largest models have some ten thousand nodes. */
export class MessageCount {
  #left = 2 ** 20;

  charge(what: string): void {
    this.#left--;
    if (this.#left < 0) damaged(`it has more than 2²⁰ messages (at ${what})`);
  }
}

/** One field of a message; each method reads its content as one type, or says that it has another. */
export class Field {
  readonly number: number;
  readonly #wireType: WireType;
  readonly #message: Message;

  constructor(number: number, wireType: WireType, message: Message) {
    this.number = number;
    this.#wireType = wireType;
    this.#message = message;
  }

  /** A 64-bit integer, as far as a double holds it; ONNX uses the largest ones for "to the end" only. */
  integer(): number {
    return this.#read([WireType.Varint], (reader) => Number(reader.int64()));
  }

  float(): number {
    return this.#read([WireType.Bit32], (reader) => reader.float());
  }

  string(): string {
    return this.#read([WireType.LengthDelimited], (reader) => reader.string());
  }

  /** The bytes, not copied. */
  bytes(): Uint8Array {
    return this.#read([WireType.LengthDelimited], (reader) => reader.bytes());
  }

  /** Adds integers to `list`: one, or many packed into one field. */
  integers(list: number[]): void {
    this.#readPacked(WireType.Varint, (reader) => list.push(Number(reader.int64())));
  }

  /** The same for floats. */
  floats(list: number[]): void {
    this.#readPacked(WireType.Bit32, (reader) => list.push(reader.float()));
  }

  /** The same for doubles. */
  doubles(list: number[]): void {
    this.#readPacked(WireType.Bit64, (reader) => list.push(reader.double()));
  }

  /** A message inside the message: `read` is called for each of its fields. */
  message(what: string, read: (field: Field) => void): void {
    new Message(this.bytes(), what, this.#message.count).forEach(read);
  }

  #readPacked(single: WireType, read: (reader: BinaryReader) => void): void {
    if (this.#wireType !== WireType.LengthDelimited) {
      this.#read([single], read);
      return;
    }
    const content = new BinaryReader(this.bytes());
    this.#message.guard(() => {
      while (content.pos < content.len) read(content);
    });
  }

  #read<Result>(wireTypes: readonly WireType[], read: (reader: BinaryReader) => Result): Result {
    const { path, reader } = this.#message;
    if (!wireTypes.includes(this.#wireType)) {
      damaged(`field ${this.number} of ${path} has wire type ${this.#wireType}, not ${wireTypes[0]}`);
    }
    return this.#message.guard(() => read(reader));
  }
}

/** The fields of a message, in the file's order. */
export class Message {
  readonly path: string;
  readonly reader: BinaryReader;
  readonly count: MessageCount;

  constructor(bytes: Uint8Array, path: string, count = new MessageCount()) {
    count.charge(path);
    this.path = path;
    this.reader = new BinaryReader(bytes);
    this.count = count;
  }

  /** Calls `read` for every field; what it does not read is skipped. */
  forEach(read: (field: Field) => void): void {
    const { reader } = this;
    while (reader.pos < reader.len) {
      const [number, wireType] = this.guard(() => reader.tag());
      const start = reader.pos;
      read(new Field(number, wireType, this));
      if (reader.pos === start) this.guard(() => reader.skip(wireType, number));
    }
  }

  /** Runs a step of the protobuf reader, whose errors mean damage and name no place. */
  guard<Result>(step: () => Result): Result {
    const { pos } = this.reader;
    try {
      return step();
    } catch (error) {
      return damaged(
        `${this.path} breaks off or is malformed at its byte ${pos} (${(error as Error).message})`,
      );
    }
  }
}
