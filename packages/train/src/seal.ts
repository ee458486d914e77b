/**
 * @file A checksum inside the file that it is of: eight digits in the metadata, which count as zeros while they are computed.
 * The file stays a safetensors file that others can read.
 */
import { crc32c } from './crc32c.js';
import { TrainError } from './errors.js';

/** The entry of the metadata that {@link seal} fills in. */
export const unsealed: readonly [key: string, value: string] = ['checksum', '00000000'];

/** As JSON writes it; within a text its quotes would be escaped, so nothing else looks the same. */
const opening = new TextEncoder().encode(`"${unsealed[0]}":"`);
const zeros = new TextEncoder().encode(unsealed[1]);

/** Where the digits are: the metadata stand at the file's beginning. */
const farthest = 4096;

function placeOf(bytes: Uint8Array): number | undefined {
  const last = Math.min(farthest, bytes.length - opening.length - zeros.length);
  for (let at = 8; at <= last; at++) {
    if (opening.every((byte, i) => bytes[at + i] === byte)) return at + opening.length;
  }
  return undefined;
}

function digitsOf(bytes: Uint8Array, at: number): string {
  const pieces = [bytes.subarray(0, at), zeros, bytes.subarray(at + zeros.length)];
  return crc32c(pieces).toString(16).padStart(zeros.length, '0');
}

/** Writes the checksum into a file that has {@link unsealed} among its metadata; one that is there is replaced. */
export function seal(bytes: Uint8Array): Uint8Array {
  const at = placeOf(bytes);
  if (at === undefined) throw new TrainError('a file without a place for its checksum cannot be sealed');
  bytes.set(new TextEncoder().encode(digitsOf(bytes, at)), at);
  return bytes;
}

/**
 * @returns whether a file has a checksum at all.
 * @throws {TrainError} when it has one that is not its own.
 */
export function isSealed(bytes: Uint8Array): boolean {
  const at = placeOf(bytes);
  if (at === undefined) return false;
  const own = digitsOf(bytes, at);
  const digits = new TextDecoder('latin1').decode(bytes.subarray(at, at + zeros.length));
  if (digits !== own) {
    throw new TrainError(
      `it is damaged: its contents have the checksum ${own}, not ${JSON.stringify(digits)} as it says; take a copy from before`,
    );
  }
  return true;
}
