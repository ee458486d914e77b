import { expect, test } from 'vitest';
import { pack, unpack } from './typed-json.ts';

test('typed arrays go through JSON, views of larger buffers too, and everything else as it is', () => {
  const floats = Float32Array.of(0, 1.5, -2, Number.NaN).subarray(1);
  const given = {
    floats,
    bytes: Buffer.from([1, 2, 255]),
    more: [Int8Array.of(-1), Int32Array.of(2 ** 30)],
    text: 'a',
    none: null,
  };
  expect(JSON.parse(JSON.stringify({ ...given, bytes: Uint8Array.from(given.bytes) }, pack), unpack)).toEqual(
    {
      ...given,
      bytes: Uint8Array.of(1, 2, 255),
    },
  );
});
