/** Remainders of all bytes by Castagnoli's polynomial, bits reversed. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

/**
 * CRC-32C of some pieces, one after the other. It tells every damage within 32 neighbouring bits, so every single byte, and any
 * other but one in four thousand million. A cryptographic hash would tell no more: whoever forges a file can write its hash too.
 * Source: Castagnoli, Bräuer and Herrmann 1993; the parameters are RFC 3720's.
 */
export function crc32c(pieces: Iterable<Uint8Array>): number {
  let crc = 0xffffffff;
  for (const bytes of pieces) {
    for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
