import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { packedMember, zipMember } from './members.ts';

describe('a file inside another', () => {
  test('is taken out of a ZIP', () => {
    const zip = zipSync({ 'a.tflite': strToU8('first'), 'b/c.tflite': strToU8('second') });
    expect(Buffer.from(zipMember(zip, 'b/c.tflite')).toString()).toBe('second');
    expect(() => zipMember(zip, 'c.tflite')).toThrow('the ZIP has no "c.tflite"');
  });

  test('is taken out of what Emscripten packed, by the list of its loader', () => {
    const loader = `loadPackage({"files": [{"filename": "/x/a.tflite", "start": 0, "end": 3}, {"filename": "/b.txt", "start": 3, "end": 7}], "remote_package_size": 7})`;
    const data = strToU8('abcdefg');
    expect(Buffer.from(packedMember(data, loader, 'b.txt')).toString()).toBe('defg');
    expect(Buffer.from(packedMember(data, loader, 'x/a.tflite')).toString()).toBe('abc');
    expect(() => packedMember(data, loader, 'c')).toThrow('names no "c"');
  });
});
