import { initializeWeights } from '@sepconv/graph';
import { createTensor, float32Tensor, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError, readSafetensors, writeSafetensors } from './safetensors.js';

/** A file with this header, and data of this length. */
function fileWith(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.length + body.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(body, 8 + json.length);
  return file;
}

const one = (dtype: string, shape: number[], data: ArrayBufferView): Tensor | undefined => {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const header = { x: { dtype, shape, data_offsets: [0, bytes.length] } };
  return readSafetensors(fileWith(header, bytes)).tensors.get('x');
};

describe('round trips', () => {
  test('keep names, types, shapes, numbers and texts', () => {
    const tensors = new Map<string, Tensor>([
      ['bytes', createTensor('uint8', [3], Uint8Array.of(1, 2, 255))],
      ['__proto__', float32Tensor([2, 1], [1.5, -0])],
      ['half', createTensor('float16', [1], Uint16Array.of(0x3c01))],
      ['double', createTensor('float64', [], Float64Array.of(Math.PI))],
      ['integers', createTensor('int32', [2], Int32Array.of(-5, 2 ** 31 - 1))],
      ['signed', createTensor('int8', [1], Int8Array.of(-128))],
    ]);
    const metadata = new Map([
      ['format', 'pt'],
      ['__proto__', 'a text'],
    ]);
    const read = readSafetensors(writeSafetensors(tensors, metadata));
    expect(read.metadata).toEqual(metadata);
    expect([...read.tensors.keys()]).toEqual(['double', '__proto__', 'integers', 'half', 'bytes', 'signed']);
    for (const [name, tensor] of tensors) expect(read.tensors.get(name)).toEqual(tensor);
  });

  test('of no tensor at all', () => {
    expect(readSafetensors(writeSafetensors(new Map())).tensors.size).toBe(0);
  });

  test('of a network’s weights', () => {
    const parameters = [{ name: 'w', shape: [3, 3, 2, 1], dtype: 'float32', role: 'weight' }] as const;
    const weights = initializeWeights({ name: 'n', inputs: [], parameters, nodes: [], outputs: [] }, 1);
    expect(readSafetensors(writeSafetensors(weights)).tensors).toEqual(weights);
  });

  test('align the data to eight bytes', () => {
    const bytes = writeSafetensors(new Map([['x', float32Tensor([1], [1])]]));
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });
});

describe('types that we lack', () => {
  test('become the next one that holds their numbers', () => {
    expect(one('BF16', [2], Uint16Array.of(0x3f80, 0xc040))).toEqual(float32Tensor([2], [1, -3]));
    expect(one('I64', [1], BigInt64Array.of(-7n))?.data).toEqual(Int32Array.of(-7));
    expect(one('U16', [1], Uint16Array.of(65535))?.data).toEqual(Int32Array.of(65535));
    expect(one('BOOL', [2], Uint8Array.of(0, 1))?.data).toEqual(Uint8Array.of(0, 1));
  });

  test('or are refused', () => {
    expect(() => one('I64', [1], BigInt64Array.of(2n ** 31n))).toThrow(
      'the tensor "x": holds the integer 2147483648, but only 32 bits are supported',
    );
    expect(() => one('F8_E4M3', [1], Uint8Array.of(0))).toThrow('the tensor "x": has the type "F8_E4M3"');
  });
});

describe('files that are none, or no longer', () => {
  const entry = (begin: number, end: number, shape: unknown = [1]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), 'the file is empty'],
    ['cut in the header', fileWith({ x: entry(0, 4) }, 4).subarray(0, 20), 'or it is cut off'],
    [
      'cut in the data',
      fileWith({ x: entry(0, 4) }, 3),
      'the tensors have 4 bytes of data, but the file has 3',
    ],
    ['no JSON', fileWith('{"x":'), 'the safetensors header is no JSON'],
    ['no object', fileWith([1]), 'must be a JSON object'],
    ['no shape', fileWith({ x: { dtype: 'F32' } }), 'needs dtype, shape and data_offsets'],
    ['a negative dimension', fileWith({ x: entry(0, 4, [-1]) }, 4), 'a shape of at most 16 integers'],
    ['a shape that does not fit', fileWith({ x: entry(0, 4, [2]) }, 4), 'needs 8 bytes, but has 4'],
    ['bytes without elements', fileWith({ x: entry(0, 4, [0]) }, 4), 'needs 0 bytes, but has 4'],
    [
      'a header nested too deeply',
      fileWith(`{"x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
      'nested more than 500 levels deep',
    ],
    ['a gap', fileWith({ x: entry(4, 8) }, 8), 'is at 4 to 8, but should begin at 0'],
    ['an overlap', fileWith({ x: entry(0, 4), y: entry(0, 4) }, 4), 'is at 0 to 4, but should begin at 4'],
    ['numbers as texts', fileWith({ __metadata__: { a: 1 } }), 'must hold texts, but "a" is none'],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
  });

  test('any change to a byte ends in tensors or in a FormatError', () => {
    const bytes = writeSafetensors(
      new Map([
        ['a', float32Tensor([2, 2], [1, 2, 3, 4])],
        ['b', float32Tensor([1], [5])],
      ]),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        try {
          readSafetensors(bytes.with(at, value));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 600, seed: 20260801 },
    );
  });
});

test('what the format cannot say is not written', () => {
  const quantized = createTensor('int8', [1], Int8Array.of(1), { scale: [1], zeroPoint: [0] });
  expect(() => writeSafetensors(new Map([['q', quantized]]))).toThrow('write toFloat32 of it');
  expect(() => writeSafetensors(new Map([['__metadata__', float32Tensor([1], [1])]]))).toThrow(FormatError);
});

test('a tensor without elements is listed and does not keep the others from being read', () => {
  const header = {
    none: { dtype: 'F32', shape: [0, 3], data_offsets: [0, 0] },
    x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
  };
  const { tensors, empty } = readSafetensors(fileWith(header, 4));
  expect([...tensors.keys()]).toEqual(['x']);
  expect([...empty]).toEqual([['none', [0, 3]]]);
});
