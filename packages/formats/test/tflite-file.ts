/** @file Writes small TFLite files for tests. Slot numbers are the schema's, as in `src/tflite/model.ts`. */
import { Builder } from 'flatbuffers';

export const elementTypes = {
  float32: 0,
  float16: 1,
  int32: 2,
  uint8: 3,
  int64: 4,
  bool: 6,
  int16: 7,
  int8: 9,
  int4: 17,
};

export interface TestTensor {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly type?: keyof typeof elementTypes;
  readonly data?: ArrayBufferView;
  readonly scale?: readonly number[];
  readonly zeroPoint?: readonly number[];
  readonly axis?: number;
  /** What of a sparse constant is stored: the order of its dimensions and blocks, and each, dense or by its indices. */
  readonly sparsity?: {
    readonly order: readonly number[];
    readonly blockMap: readonly number[];
    readonly levels: readonly (number | readonly [segments: readonly number[], indices: readonly number[]])[];
  };
  /** The shape with −1 where it is open. */
  readonly signature?: readonly number[];
  readonly isVariable?: boolean;
}

/** A field of an options table: its slot and its value. */
export type TestField =
  | { readonly slot: number; readonly int8: number }
  | { readonly slot: number; readonly int32: number }
  | { readonly slot: number; readonly float32: number }
  | { readonly slot: number; readonly int32s: readonly number[] };

export interface TestOperator {
  readonly code: number;
  readonly customCode?: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Member of the schema's union BuiltinOptions, and its fields. */
  readonly options?: readonly [type: number, ...fields: TestField[]];
  readonly customOptions?: Uint8Array;
}

export interface TestModel {
  readonly tensors: readonly TestTensor[];
  readonly operators: readonly TestOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

function offsets(builder: Builder, items: readonly number[]): number {
  builder.startVector(4, items.length, 4);
  for (const item of items.toReversed()) builder.addOffset(item);
  return builder.endVector();
}

function int32s(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

function writeQuantization(builder: Builder, { scale, zeroPoint, axis = 0 }: TestTensor): number {
  if (scale === undefined) return 0;
  builder.startVector(4, scale.length, 4);
  for (const value of scale.toReversed()) builder.addFloat32(value);
  const scales = builder.endVector();
  const zeros = zeroPoint ?? [];
  builder.startVector(8, zeros.length, 8);
  for (const value of zeros.toReversed()) builder.addInt64(BigInt(value));
  const zeroPoints = builder.endVector();
  builder.startObject(7);
  builder.addFieldOffset(2, scales, 0);
  builder.addFieldOffset(3, zeroPoints, 0);
  builder.addFieldInt32(6, axis, 0);
  return builder.endObject();
}

/** A table with a list of int32. */
function writeIndices(builder: Builder, values: readonly number[]): number {
  const vector = int32s(builder, values);
  builder.startObject(1);
  builder.addFieldOffset(0, vector, 0);
  return builder.endObject();
}

function writeSparsity(builder: Builder, { sparsity }: TestTensor): number {
  if (sparsity === undefined) return 0;
  const levels = sparsity.levels.map((level) => {
    const lists = typeof level === 'number' ? [] : level.map((list) => writeIndices(builder, list));
    builder.startObject(6);
    builder.addFieldInt8(0, typeof level === 'number' ? 0 : 1, 0);
    if (typeof level === 'number') builder.addFieldInt32(1, level, 0);
    lists.forEach((list, i) => {
      builder.addFieldInt8(2 + 2 * i, 1, 0);
      builder.addFieldOffset(3 + 2 * i, list, 0);
    });
    return builder.endObject();
  });
  const [order, blockMap] = [int32s(builder, sparsity.order), int32s(builder, sparsity.blockMap)];
  const metadata = offsets(builder, levels);
  builder.startObject(3);
  builder.addFieldOffset(0, order, 0);
  builder.addFieldOffset(1, blockMap, 0);
  builder.addFieldOffset(2, metadata, 0);
  return builder.endObject();
}

function writeTensor(builder: Builder, tensor: TestTensor, index: number, buffer: number): number {
  const name = builder.createString(tensor.name ?? `t${index}`);
  const shape = int32s(builder, tensor.shape);
  const quantization = writeQuantization(builder, tensor);
  const sparsity = writeSparsity(builder, tensor);
  const signature = tensor.signature ? int32s(builder, tensor.signature) : 0;
  builder.startObject(8);
  builder.addFieldOffset(0, shape, 0);
  builder.addFieldInt8(1, elementTypes[tensor.type ?? 'float32'], 0);
  builder.addFieldInt32(2, buffer, 0);
  builder.addFieldOffset(3, name, 0);
  builder.addFieldOffset(4, quantization, 0);
  builder.addFieldInt8(5, tensor.isVariable ? 1 : 0, 0);
  builder.addFieldOffset(6, sparsity, 0);
  builder.addFieldOffset(7, signature, 0);
  return builder.endObject();
}

function writeOptions(builder: Builder, fields: readonly TestField[]): number {
  const vectors = fields.map((field) => ('int32s' in field ? int32s(builder, field.int32s) : 0));
  builder.startObject(10);
  fields.forEach((field, i) => {
    if ('int8' in field) builder.addFieldInt8(field.slot, field.int8, 0);
    // The default is one that no test writes, so that every field is really stored.
    else if ('int32' in field) builder.addFieldInt32(field.slot, field.int32, -999);
    else if ('float32' in field) builder.addFieldFloat32(field.slot, field.float32, 0);
    else builder.addFieldOffset(field.slot, vectors[i] as number, 0);
  });
  return builder.endObject();
}

function writeOperator(builder: Builder, operator: TestOperator, index: number): number {
  const inputs = int32s(builder, operator.inputs);
  const outputs = int32s(builder, operator.outputs);
  const [type, ...fields] = operator.options ?? [0];
  const options = type === 0 ? 0 : writeOptions(builder, fields);
  const custom = operator.customOptions ? builder.createByteVector(operator.customOptions) : 0;
  builder.startObject(7);
  builder.addFieldInt32(0, index, 0);
  builder.addFieldOffset(1, inputs, 0);
  builder.addFieldOffset(2, outputs, 0);
  builder.addFieldInt8(3, type, 0);
  builder.addFieldOffset(4, options, 0);
  builder.addFieldOffset(5, custom, 0);
  return builder.endObject();
}

function writeCode(builder: Builder, { code, customCode }: TestOperator): number {
  const custom = customCode === undefined ? 0 : builder.createString(customCode);
  builder.startObject(4);
  builder.addFieldInt8(0, Math.min(code, 127), 0);
  builder.addFieldOffset(1, custom, 0);
  builder.addFieldInt32(3, code, 0);
  return builder.endObject();
}

function writeBuffer(builder: Builder, data: ArrayBufferView | undefined): number {
  const bytes = data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const vector = bytes ? builder.createByteVector(bytes) : 0;
  builder.startObject(3);
  builder.addFieldOffset(0, vector, 0);
  return builder.endObject();
}

/** The bytes of a TFLite file. */
export function tfliteFile(model: TestModel): Uint8Array {
  const builder = new Builder(1024);
  const buffers = [undefined, ...model.tensors.map(({ data }) => data)].map((data) =>
    writeBuffer(builder, data),
  );
  const tensors = model.tensors.map((tensor, i) =>
    writeTensor(builder, tensor, i, tensor.data === undefined ? 0 : i + 1),
  );
  const operators = model.operators.map((operator, i) => writeOperator(builder, operator, i));
  const codes = model.operators.map((operator) => writeCode(builder, operator));
  const vectors = {
    tensors: offsets(builder, tensors),
    inputs: int32s(builder, model.inputs),
    outputs: int32s(builder, model.outputs),
    operators: offsets(builder, operators),
  };
  builder.startObject(5);
  builder.addFieldOffset(0, vectors.tensors, 0);
  builder.addFieldOffset(1, vectors.inputs, 0);
  builder.addFieldOffset(2, vectors.outputs, 0);
  builder.addFieldOffset(3, vectors.operators, 0);
  const subgraph = builder.endObject();
  const subgraphs = offsets(builder, [subgraph]);
  const codeVector = offsets(builder, codes);
  const bufferVector = offsets(builder, buffers);
  builder.startObject(8);
  builder.addFieldInt32(0, 3, 0);
  builder.addFieldOffset(1, codeVector, 0);
  builder.addFieldOffset(2, subgraphs, 0);
  builder.addFieldOffset(4, bufferVector, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array().slice();
}
