import { refuse } from './errors.js';

/**
 * The bytes as a plain `Uint8Array` over the same memory. Node's `Buffer` is a subclass whose `slice` does not copy, so
 * that a reader would see memory shared where it asked for a copy.
 *
 * @throws {FormatError} for anything else, which only a caller without types can pass.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    refuse('a file is read from a Uint8Array: wrap an ArrayBuffer in `new Uint8Array(buffer)`');
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
