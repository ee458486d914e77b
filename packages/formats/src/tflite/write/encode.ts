/** @file Tables of a TFLite file from plain objects. Slot numbers are the schema's, as in `../model.ts`. */
import { Builder } from 'flatbuffers';
import { refuse } from '../../errors.js';
import { type ElementType, elementTypes, type TfliteQuantization } from '../model.js';

/** A field of a table: its slot and its value. */
export type WrittenField =
  | { readonly slot: number; readonly int8: number }
  | { readonly slot: number; readonly int32: number }
  | { readonly slot: number; readonly float32: number }
  | { readonly slot: number; readonly int32s: readonly number[] };

/** A value of the file; those with data are constants. Equal arrays of data, not equal numbers, share one buffer. */
export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly data?: ArrayBufferView;
  readonly quantization?: TfliteQuantization;
  /** Writes what else the tensor refers to, and gives the fields that refer to it. */
  more?(builder: Builder): readonly WrittenReference[];
}

/** A field that refers to something that is written already, or a flag. */
export type WrittenReference =
  | { readonly slot: number; readonly offset: number }
  | { readonly slot: number; readonly flag: boolean };

/** Member of the schema's union BuiltinOptions, and its fields. */
export type WrittenOptions = readonly [type: number, ...fields: WrittenField[]];

/** One operation: inputs and outputs are positions in the list of tensors, −1 for an input that is left out. */
export interface WrittenOperator {
  /** Position in the list of operators' names. */
  readonly code: number;
  readonly customCode?: string;
  readonly version?: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: WrittenOptions;
  readonly customOptions?: Uint8Array;
}

export interface WrittenSubgraph {
  readonly tensors: readonly WrittenTensor[];
  readonly operators: readonly WrittenOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A model: its main subgraph, and those that operators name by their numbers from 1 on. */
export interface WrittenModel extends WrittenSubgraph {
  readonly subgraphs?: readonly WrittenSubgraph[];
  readonly description?: string;
  /** Buffers that the file names, none of which is a tensor's. */
  readonly metadata?: ReadonlyMap<string, Uint8Array>;
}

/** Offsets inside a file are signed and of 32 bits. */
const mostBytes = 2 ** 31 - 1;

/** The default is one that no field has, so that every field is really stored. */
const absent = Number.NaN;

/** A list of tables, strings or vectors that are written already. */
export function writeOffsets(builder: Builder, items: readonly number[]): number {
  builder.startVector(4, items.length, 4);
  for (const item of items.toReversed()) builder.addOffset(item);
  return builder.endVector();
}

/** A list of int32. */
export function writeInt32s(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

function writeQuantization(builder: Builder, { scale, zeroPoint, axis }: TfliteQuantization): number {
  builder.startVector(4, scale.length, 4);
  for (const value of scale.toReversed()) builder.addFloat32(value);
  const scales = builder.endVector();
  builder.startVector(8, zeroPoint.length, 8);
  for (const value of zeroPoint.toReversed()) builder.addInt64(BigInt(value));
  const zeroPoints = builder.endVector();
  builder.startObject(7);
  builder.addFieldOffset(2, scales, 0);
  builder.addFieldOffset(3, zeroPoints, 0);
  builder.addFieldInt32(6, axis, 0);
  return builder.endObject();
}

function writeTensor(builder: Builder, tensor: WrittenTensor, buffer: number): number {
  const name = builder.createString(tensor.name);
  const shape = writeInt32s(builder, tensor.shape);
  const quantization = tensor.quantization ? writeQuantization(builder, tensor.quantization) : 0;
  const more = tensor.more?.(builder) ?? [];
  builder.startObject(9);
  builder.addFieldOffset(0, shape, 0);
  builder.addFieldInt8(1, elementTypes.indexOf(tensor.type), 0);
  builder.addFieldInt32(2, buffer, 0);
  builder.addFieldOffset(3, name, 0);
  builder.addFieldOffset(4, quantization, 0);
  for (const field of more) {
    if ('flag' in field) builder.addFieldInt8(field.slot, field.flag ? 1 : 0, 0);
    else builder.addFieldOffset(field.slot, field.offset, 0);
  }
  return builder.endObject();
}

function writeOptions(builder: Builder, fields: readonly WrittenField[]): number {
  const vectors = fields.map((field) => ('int32s' in field ? writeInt32s(builder, field.int32s) : 0));
  builder.startObject(Math.max(0, ...fields.map(({ slot }) => slot + 1)));
  fields.forEach((field, i) => {
    if ('int8' in field) builder.addFieldInt8(field.slot, field.int8, absent);
    else if ('int32' in field) builder.addFieldInt32(field.slot, field.int32, absent);
    else if ('float32' in field) builder.addFieldFloat32(field.slot, field.float32, absent);
    else builder.addFieldOffset(field.slot, vectors[i] as number, 0);
  });
  return builder.endObject();
}

function writeOperator(builder: Builder, operator: WrittenOperator, code: number): number {
  const inputs = writeInt32s(builder, operator.inputs);
  const outputs = writeInt32s(builder, operator.outputs);
  const [type, ...fields] = operator.options ?? [0];
  const options = type === 0 ? 0 : writeOptions(builder, fields);
  const custom = operator.customOptions ? builder.createByteVector(operator.customOptions) : 0;
  builder.startObject(9);
  builder.addFieldInt32(0, code, 0);
  builder.addFieldOffset(1, inputs, 0);
  builder.addFieldOffset(2, outputs, 0);
  builder.addFieldInt8(3, type, 0);
  builder.addFieldOffset(4, options, 0);
  builder.addFieldOffset(5, custom, 0);
  return builder.endObject();
}

/** Every kind of operator once, and which of them each operator is. */
function writeCodes(builder: Builder, operators: readonly WrittenOperator[]) {
  const known = new Map<string, number>();
  const tables: number[] = [];
  const indices = operators.map(({ code, customCode, version = 1 }) => {
    const key = JSON.stringify([code, customCode, version]);
    const index = known.get(key) ?? tables.length;
    if (index < tables.length) return index;
    known.set(key, index);
    const custom = customCode === undefined ? 0 : builder.createString(customCode);
    builder.startObject(4);
    // Codes that do not fit stand in the last field alone, and here the one that says so.
    builder.addFieldInt8(0, Math.min(code, 127), 0);
    builder.addFieldOffset(1, custom, 0);
    builder.addFieldInt32(2, version, 1);
    builder.addFieldInt32(3, code, 0);
    tables.push(builder.endObject());
    return index;
  });
  return { tables, indices };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Buffer 0 is empty, as the schema wants it; every other one begins at a multiple of 16 bytes, where runtimes map it. */
function writeBuffer(builder: Builder, data?: ArrayBufferView): number {
  if (data !== undefined) builder.prep(16, data.byteLength);
  const vector = data === undefined ? 0 : builder.createByteVector(bytesOf(data));
  builder.startObject(3);
  builder.addFieldOffset(0, vector, 0);
  return builder.endObject();
}

/** More bytes than the file will have, so that the builder, which doubles its memory when it runs out, never copies. */
function mostSize(
  { tensors, operators, description }: Pick<WrittenModel, 'tensors' | 'operators'> & { description: string },
  buffers: readonly ArrayBufferView[],
) {
  const data = buffers.reduce((sum, { byteLength }) => sum + byteLength + 64, 0);
  const named = tensors.reduce(
    (sum, { name, shape, quantization }) =>
      sum + 3 * name.length + 4 * shape.length + 12 * (quantization?.scale.length ?? 0) + 192,
    0,
  );
  const listed = operators.reduce(
    (sum, { inputs, outputs }) => sum + 4 * (inputs.length + outputs.length) + 256,
    0,
  );
  return data + named + listed + 3 * description.length + 4096;
}

/** A subgraph with the places of its constants among the buffers and of its operators' kinds among the codes. */
function writeSubgraph(
  builder: Builder,
  { tensors, operators, inputs, outputs }: WrittenSubgraph,
  places: ReadonlyMap<ArrayBufferView, number>,
  codeOf: (operator: WrittenOperator) => number,
  title: string,
): number {
  const tables = tensors.map((tensor) =>
    writeTensor(builder, tensor, tensor.data === undefined ? 0 : (places.get(tensor.data) as number)),
  );
  const written = operators.map((operator) => writeOperator(builder, operator, codeOf(operator)));
  const vectors = [
    writeOffsets(builder, tables),
    writeInt32s(builder, inputs),
    writeInt32s(builder, outputs),
    writeOffsets(builder, written),
  ];
  const name = builder.createString(title);
  builder.startObject(5);
  vectors.forEach((vector, slot) => {
    builder.addFieldOffset(slot, vector, 0);
  });
  builder.addFieldOffset(4, name, 0);
  return builder.endObject();
}

/**
 * The bytes of a TFLite file.
 *
 * @throws {FormatError} when it would have 2 GB or more.
 */
export function encodeModel(model: WrittenModel): Uint8Array {
  const { metadata = new Map<string, Uint8Array>(), description: text = '' } = model;
  const all: readonly WrittenSubgraph[] = [model, ...(model.subgraphs ?? [])];
  const tensors = all.flatMap((one) => one.tensors);
  const operators = all.flatMap((one) => one.operators);
  const data = [...tensors.flatMap((tensor) => tensor.data ?? []), ...metadata.values()];
  const buffers = [...new Set<ArrayBufferView>(data)];
  const size = mostSize({ tensors, operators, description: text }, buffers);
  if (size > mostBytes) {
    refuse(
      `the file would have about ${size} bytes, but a TFLite file holds less than ${2 ** 31}: quantize the network, or write ONNX`,
    );
  }
  const builder = new Builder(size);
  const places = new Map(buffers.map((buffer, i) => [buffer, i + 1]));
  const written = [undefined, ...buffers].map((buffer) => writeBuffer(builder, buffer));
  const codes = writeCodes(builder, operators);
  const codeOf = (operator: WrittenOperator): number => codes.indices[operators.indexOf(operator)] as number;
  const graphs = all.map((one, i) =>
    writeSubgraph(builder, one, places, codeOf, i === 0 ? 'main' : `subgraph_${i}`),
  );
  const subgraphs = writeOffsets(builder, graphs);
  const named = [...metadata].map(([title, bytes]) => {
    const text = builder.createString(title);
    builder.startObject(2);
    builder.addFieldOffset(0, text, 0);
    builder.addFieldInt32(1, places.get(bytes) as number, 0);
    return builder.endObject();
  });
  const description = model.description === undefined ? 0 : builder.createString(model.description);
  const [codeVector, bufferVector] = [writeOffsets(builder, codes.tables), writeOffsets(builder, written)];
  const metadataVector = named.length === 0 ? 0 : writeOffsets(builder, named);
  builder.startObject(8);
  builder.addFieldInt32(0, 3, 0);
  builder.addFieldOffset(1, codeVector, 0);
  builder.addFieldOffset(2, subgraphs, 0);
  builder.addFieldOffset(3, description, 0);
  builder.addFieldOffset(4, bufferVector, 0);
  builder.addFieldOffset(6, metadataVector, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array().slice();
}
