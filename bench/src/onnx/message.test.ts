import { describe, expect, test } from 'vitest';
import { initializerMessage, nodeMessage, valueMessage } from './message.ts';

const bytes = (...parts: (number | string)[]): number[] =>
  parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)]));

/** A field with its length in front; `tag` is `number · 8 + 2`. */
const field = (number: number, ...content: number[]): number[] => [
  number * 8 + 2,
  content.length,
  ...content,
];

/** The tag of field 20 takes two bytes: 160 = 0x20 + 1 · 128. */
const typeTag = [0xa0, 0x01];

describe('messages of ONNX, byte by byte', () => {
  test('a node has inputs, output, name, op and attributes', () => {
    const attribute = [...field(1, ...bytes('axis')), 3 * 8, 1, ...typeTag, 2];
    expect([...nodeMessage('Flatten', 'n', ['a'], 'b', { axis: 1 })]).toEqual([
      ...field(1, ...bytes('a')),
      ...field(2, ...bytes('b')),
      ...field(3, ...bytes('n')),
      ...field(4, ...bytes('Flatten')),
      ...field(5, ...attribute),
    ]);
  });

  test('a list of integers is one field each', () => {
    const text = [...nodeMessage('X', 'n', [], 'b', { pads: [0, 1] })];
    expect(text.slice(-7)).toEqual([8 * 8, 0, 8 * 8, 1, ...typeTag, 7]);
  });

  test('a constant has its shape, its type and its numbers as they lie in memory', () => {
    expect([...initializerMessage('w', [2], Float32Array.of(1, 0))]).toEqual([
      8,
      2,
      2 * 8,
      1,
      ...field(8, ...bytes('w')),
      ...field(9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0),
    ]);
  });

  test('a value has a type with a shape', () => {
    const shape = field(1, 8, 3);
    const tensor = field(1, 8, 1, ...field(2, ...shape));
    expect([...valueMessage('x', [3])]).toEqual([...field(1, ...bytes('x')), ...field(2, ...tensor)]);
  });
});
