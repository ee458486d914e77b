import { describe, expect, test } from 'vitest';
import { flatten, signed, unsigned, utf8, vector } from './code.js';

describe('LEB128', () => {
  // The specification's examples and the borders of one, two and five bytes.
  test.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %i', (value, bytes) => {
    expect(Array.from(flatten(unsigned(value)))).toEqual(bytes);
  });

  test.each([
    [0, [0]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('signed %i', (value, bytes) => {
    expect(Array.from(flatten(signed(value)))).toEqual(bytes);
  });
});

test('nested code becomes bytes in order', () => {
  expect(Array.from(flatten([1, [2, [3, []], 4], 5]))).toEqual([1, 2, 3, 4, 5]);
});

test('a vector starts with its length, a name with its bytes', () => {
  expect(Array.from(flatten(vector([[1, 2], 3])))).toEqual([2, 1, 2, 3]);
  expect(Array.from(flatten(utf8('é')))).toEqual([2, 0xc3, 0xa9]);
});
