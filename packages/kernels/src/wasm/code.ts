/**
 * @file Bytes of WebAssembly as nested arrays: an instruction with its operands is an array of them, so that a kernel
 * reads like the text format, and nothing is copied until the module is finished.
 */

/** A byte or a few ({@link word}), finished bytes, or a sequence of code. */
export type Code = number | Uint8Array | readonly Code[];

/** The least number that stands for more than one byte. */
const oneByte = 0x100;

/**
 * Two or three bytes as one number: the lowest first, their count above them. Most instructions are so short, and a network's
 * code is made of so many, that an array for each was a third of the time to write it.
 */
export function word(first: number, second: number, third?: number): number {
  const two = first | (second << 8);
  return third === undefined ? two | (2 << 24) : two | (third << 16) | (3 << 24);
}

/** Unsigned LEB128, the format's variable-length integer. */
export function unsigned(value: number): Code {
  if (value >= 0 && value < 0x80) return value;
  if (value >= 0 && value < 0x4000) return word((value & 0x7f) | 0x80, value >> 7);
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): Code {
  if (value >= -0x40 && value < 0x40) return value & 0x7f;
  if (value >= -0x2000 && value < 0x2000) return word((value & 0x7f) | 0x80, (value >> 7) & 0x7f);
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** A UTF-8 name with its length in front. */
export function utf8(name: string): Code {
  const bytes = new TextEncoder().encode(name);
  return [unsigned(bytes.length), bytes];
}

/** Bytes that grow as they are written. */
interface Growing {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

function makeRoom(written: Growing, count: number): void {
  if (written.length + count <= written.bytes.length) return;
  const larger = new Uint8Array(2 * (written.length + count));
  larger.set(written.bytes);
  written.bytes = larger;
}

/**
 * This runs while a network loads, before the JavaScript engine has optimized it: an iterator would make an object for each
 * part, and bytes, most of all code, are written here and not by a call for each.
 */
function append(written: Growing, parts: readonly Code[]): void {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Code;
    if (typeof part === 'number') {
      if (written.length + 3 > written.bytes.length) makeRoom(written, 3);
      written.bytes[written.length++] = part;
      if (part >= oneByte) {
        written.bytes[written.length++] = part >> 8;
        if (part >> 24 === 3) written.bytes[written.length++] = part >> 16;
      }
    } else if (part instanceof Uint8Array) {
      makeRoom(written, part.length);
      written.bytes.set(part, written.length);
      written.length += part.length;
    } else {
      append(written, part);
    }
  }
}

/** Bytes in memory that nobody shares; `Uint8Array<ArrayBuffer>`, written so that TypeScript before 5.7 knows it, too. */
export type OwnBytes = ReturnType<Uint8ArrayConstructor['of']>;

/** All bytes of a piece of code, in order. */
export function flatten(code: Code): Uint8Array<ArrayBuffer> {
  const written: Growing = { bytes: new Uint8Array(4096), length: 0 };
  append(written, [code]);
  return written.bytes.slice(0, written.length);
}

/** A sequence of pieces with their count in front, as every section of a module is. */
export function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}
