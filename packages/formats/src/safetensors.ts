/**
 * @file Weights as safetensors files: `[length of the header, 8 bytes][header, JSON][data]`, where the header gives every
 * tensor's type, shape and place in the data. Source: https://github.com/huggingface/safetensors, "Format".
 */
import {
  allocateTypedArray,
  byteLength,
  bytesPerElement,
  createTensor,
  elementCount,
  formatShape,
  type Tensor,
} from '@sepconv/tensor';
import { maxRank } from './budget.js';
import { plainBytes } from './bytes.js';
import { quote, refuse, within } from './errors.js';
import { storedTypes, writtenTypes } from './safetensors/dtypes.js';

export { FormatError } from './errors.js';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** Tensors by name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Text that belongs to the file. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit. */
const maxHeaderBytes = 100_000_000;

const metadataKey = '__metadata__';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place in the header. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: { readonly [key: string]: Json }; dataStart: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10) {
    refuse(
      `this is no safetensors file: it has ${bytes.length} bytes, and needs 8 for a length and 2 for a header`,
    );
  }
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8 || length > maxHeaderBytes) {
    refuse(
      `this is no safetensors file, or it is cut off: the header should have ${length} bytes, but ${bytes.length - 8} follow`,
    );
  }
  let header: Json;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    return refuse(`the safetensors header is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!isObject(header)) refuse('the safetensors header must be a JSON object');
  return { header, dataStart: 8 + length };
}

const isSize = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function readEntry(name: string, value: Json): Entry {
  if (!isObject(value)) refuse(`the tensor ${quote(name)} is described by no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  const [begin, end] = Array.isArray(offsets) ? (offsets as readonly Json[]) : [];
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !isSize(begin) || !isSize(end)) {
    refuse(`the tensor ${quote(name)} needs dtype, shape and data_offsets [begin, end]`);
  }
  if (shape.length > maxRank || !shape.every(isSize)) {
    refuse(`the tensor ${quote(name)} needs a shape of at most ${maxRank} integers`);
  }
  return { name, dtype, shape: shape as readonly number[], begin, end };
}

/** The tensors must fill the data without a gap and without an overlap, so that nothing is hidden or shared. */
function checkPlaces(entries: readonly Entry[], dataBytes: number): void {
  let place = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== place || end < begin) {
      refuse(`the data of the tensor ${quote(name)} is at ${begin} to ${end}, but should begin at ${place}`);
    }
    place = end;
  }
  if (place !== dataBytes) refuse(`the tensors have ${place} bytes of data, but the file has ${dataBytes}`);
}

function decode({ dtype, shape, begin, end }: Entry, data: Uint8Array): Tensor {
  const type = storedTypes.get(dtype);
  if (type === undefined) {
    refuse(`has the type ${quote(dtype)}; supported are ${[...storedTypes.keys()].join(', ')}`);
  }
  const count = elementCount(shape);
  if (count * type.bytes !== end - begin) {
    refuse(`of ${dtype} ${formatShape(shape)} needs ${count * type.bytes} bytes, but has ${end - begin}`);
  }
  if (count === 0) refuse(`has the shape ${formatShape(shape)}, without elements, which is not supported`);
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const numbers = allocateTypedArray(type.dtype, count);
  for (let i = 0; i < count; i++) numbers[i] = type.read(view, i * type.bytes);
  return createTensor(type.dtype, shape, numbers as never) as Tensor;
}

function readMetadata(value: Json | undefined): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) refuse(`${metadataKey} must be an object of texts`);
  return new Map(
    Object.entries(value).map(([key, text]) => [
      key,
      typeof text === 'string' ? text : refuse(`${metadataKey} must hold texts, but ${quote(key)} is none`),
    ]),
  );
}

/**
 * Reads a safetensors file. float64, float32, float16, int32, int8 and uint8 are as they are stored, bfloat16 becomes
 * float32, other integers int32, and booleans 0 and 1 in uint8. Everything is copied out of `bytes`.
 *
 * @throws {FormatError} when the file is damaged, or a tensor has another type or an integer beyond 32 bits.
 *
 * @example
 * const { tensors } = readSafetensors(await readFile('model.safetensors'));
 * validateNetwork({ graph, weights: tensors });
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const file = plainBytes(bytes);
  const { header, dataStart } = readHeader(file);
  const data = file.subarray(dataStart);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => readEntry(name, value))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  checkPlaces(entries, data.length);
  const tensors = entries.map(
    (entry) => [entry.name, within(`the tensor ${quote(entry.name)}`, () => decode(entry, data))] as const,
  );
  return { tensors: new Map(tensors), metadata: readMetadata(header[metadataKey]) };
}

/**
 * Writes tensors as a safetensors file, which PyTorch, JAX and others read. Tensors with larger elements come first, so
 * that all are aligned; tensors of one element size keep their order.
 *
 * @param metadata text that belongs to the file.
 * @throws {FormatError} when a tensor is quantized, for which the format has no place, or is called `__metadata__`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const header: (readonly [string, unknown])[] = [];
  if (metadata.size > 0) header.push([metadataKey, Object.fromEntries(metadata)]);
  const sorted = [...tensors].toSorted(([, a], [, b]) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype));
  let place = 0;
  for (const [name, tensor] of sorted) {
    if (name === metadataKey)
      refuse(`a tensor cannot be called ${metadataKey}: the format keeps its texts there`);
    if (tensor.quantization !== undefined) {
      refuse(`the tensor ${quote(name)} is quantized, which safetensors cannot say: write toFloat32 of it`);
    }
    const end = place + byteLength(tensor);
    const dtype = writtenTypes[tensor.dtype];
    header.push([name, { dtype, shape: tensor.shape, data_offsets: [place, end] }]);
    place = end;
  }
  // Object.fromEntries defines every name as a property of its own, `__proto__` included.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + place).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, 8);
  let at = 8 + padded;
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}
