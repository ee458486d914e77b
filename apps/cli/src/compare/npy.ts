/** @file NumPy's `.npy`: one array, with its element type and shape in a header. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import {
  createTensor,
  decodeFloat16,
  elementCount,
  type Shape,
  type Tensor,
  transposeTensor,
} from '@sepconv/tensor';
import { DataError } from '../errors.js';

/** Bytes of an element, and the number that begins at a byte. */
interface ElementReader {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

/** By NumPy's letters, without the order of bytes. */
const elements: Readonly<Record<string, ElementReader>> = {
  f2: { bytes: 2, read: (view, offset) => decodeFloat16(view.getUint16(offset, true)) },
  f4: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  f8: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  i1: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  u1: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  b1: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  i2: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  u2: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  i4: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  u4: { bytes: 4, read: (view, offset) => view.getUint32(offset, true) },
  i8: { bytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  u8: { bytes: 8, read: (view, offset) => Number(view.getBigUint64(offset, true)) },
};

const magic = '\u0093NUMPY';

/** The header's text, and where the numbers begin. */
function headerOf(bytes: Uint8Array, what: string): { text: string; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length >= 12 && [...magic].every((letter, i) => bytes[i] === letter.charCodeAt(0));
  if (!isNpy) throw new DataError(`${what} is no .npy file: it does not begin as one`);
  const [lengthBytes, length] = bytes[6] === 1 ? [2, view.getUint16(8, true)] : [4, view.getUint32(8, true)];
  const start = 8 + lengthBytes + length;
  if (start > bytes.length) {
    throw new DataError(`${what} is cut off: its header needs ${start} bytes, but it has ${bytes.length}`);
  }
  return { text: new TextDecoder('latin1').decode(bytes.subarray(8 + lengthBytes, start)), start };
}

/**
 * Reads a `.npy` file of numbers.
 *
 * @throws {DataError} when it is none, is cut off, or holds something else than numbers.
 */
export function readNpy(bytes: Uint8Array, what: string): Tensor<'float64'> {
  const { text, start } = headerOf(bytes, what);
  const [, order = '', letters = ''] = /'descr': *'([<>|=]?)([a-zA-Z]\d*)'/.exec(text) ?? [];
  const element = elements[letters];
  if (element === undefined || (order === '>' && element.bytes > 1)) {
    throw new DataError(
      `${what} holds elements of the type "${order}${letters || '?'}"; read are little-endian ${Object.keys(elements).join(', ')}`,
    );
  }
  const dims = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (dims === undefined) throw new DataError(`${what} has no shape in its header`);
  const shape = dims.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const count = elementCount(shape);
  const needed = start + count * element.bytes;
  if (!(needed <= bytes.length)) {
    throw new DataError(
      `${what} is cut off: ${count} numbers need ${needed} bytes, but it has ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = Float64Array.from({ length: count }, (_, i) => element.read(view, start + i * element.bytes));
  if (!/'fortran_order': *True/.test(text)) return createTensor('float64', shape, data);
  // The first dimension varies fastest: the shape and the order of dimensions backwards.
  const backwards = createTensor('float64', shape.toReversed(), data);
  return transposeTensor(
    backwards,
    shape.map((_, axis) => shape.length - 1 - axis),
  );
}

/** Float32 numbers as a `.npy` file. */
export function writeNpy({
  shape,
  data,
}: {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11, ' ');
  const header = Uint8Array.from(`${magic}\u0001\u0000\u0000\u0000${padded}\n`, (letter) =>
    letter.charCodeAt(0),
  );
  new DataView(header.buffer).setUint16(8, padded.length + 1, true);
  const bytes = new Uint8Array(header.length + 4 * data.length);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  Array.from(data).forEach((value, i) => {
    view.setFloat32(header.length + 4 * i, value, true);
  });
  return bytes;
}
