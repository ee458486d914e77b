/**
 * @file Weights as safetensors files: `[length of the header, 8 bytes][header, JSON][data]`, where the header gives every
 * tensor's type, shape and place in the data. Source: https://github.com/huggingface/safetensors, "Format".
 */
import {
  allocateTypedArray,
  byteLength,
  bytesPerElement,
  checkElements,
  createTensor,
  elementCount,
  formatShape,
  type Shape,
  type Tensor,
} from '@sepconv/tensor';
import { quote, refuse, within } from './errors.js';
import { storedTypes, writtenTypes } from './safetensors/dtypes.js';
import { type Entry, metadataKey, readLayout } from './safetensors/layout.js';

export { FormatError } from './errors.js';
export type { Inspection } from './inspection.js';
export { inspectSafetensors } from './safetensors/inspect.js';
export {
  fromTorchvision,
  type TorchvisionParameter,
  torchvisionParameters,
  toTorchvision,
} from './safetensors/torchvision.js';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** Tensors by name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Shapes of tensors without elements, by name: none of the tensors above, since no network has such a parameter. */
  readonly empty: ReadonlyMap<string, Shape>;
  /** Text that belongs to the file. */
  readonly metadata: ReadonlyMap<string, string>;
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
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const numbers = allocateTypedArray(type.dtype, count);
  for (let i = 0; i < count; i++) numbers[i] = type.read(view, i * type.bytes);
  return createTensor(type.dtype, shape, numbers as never) as Tensor;
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
  const { entries, metadata, data } = readLayout(bytes);
  const isEmpty = ({ shape, begin, end }: Entry): boolean => elementCount(shape) === 0 && begin === end;
  const tensors = entries
    .filter((entry) => !isEmpty(entry))
    .map(
      (entry) => [entry.name, within(`the tensor ${quote(entry.name)}`, () => decode(entry, data))] as const,
    );
  const empty = entries.filter(isEmpty).map(({ name, shape }) => [name, shape] as const);
  return { tensors: new Map(tensors), empty: new Map(empty), metadata };
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
  const isMap = (value: unknown): boolean => value instanceof Map;
  if (!isMap(tensors) || !isMap(metadata)) {
    refuse(
      'tensors, and metadata as well, are given as a Map by their names: new Map(Object.entries(tensors))',
    );
  }
  const header: (readonly [string, unknown])[] = [];
  for (const tensor of tensors.values()) checkElements(tensor);
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
