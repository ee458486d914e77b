/** @file Typed arrays in JSON, which is all that goes into a page and comes out of it. */

/** A typed array as JSON has it. */
interface Packed {
  readonly typedArray: keyof typeof arrays;
  readonly base64: string;
}

const arrays = { Float32Array, Uint8Array, Int8Array, Int32Array } as const;

/** What Chromium and Node 26 have, and the compiler's library not yet. */
type Base64Bytes = Uint8Array & { toBase64?(): string };
const fromBase64 = (text: string): Uint8Array => {
  const own = (Uint8Array as { fromBase64?(base64: string): Uint8Array }).fromBase64;
  return own === undefined ? Uint8Array.from(Buffer.from(text, 'base64')) : own.call(Uint8Array, text);
};

/** A replacer for `JSON.stringify`. */
export function pack(_: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const { name } = value.constructor;
  // Node's buffers are arrays of bytes.
  const typedArray = (name in arrays ? name : 'Uint8Array') as Packed['typedArray'];
  const bytes: Base64Bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { typedArray, base64: bytes.toBase64?.() ?? Buffer.from(bytes).toString('base64') } satisfies Packed;
}

/** A reviver for `JSON.parse`. */
export function unpack(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('base64' in value && 'typedArray' in value))
    return value;
  const { typedArray, base64 } = value as Packed;
  return new arrays[typedArray](fromBase64(base64).buffer as ArrayBuffer);
}
