/** @file TFLite files for tests: as the writer encodes them, with what only files of others have, such as sparse constants. */
import type { Builder } from 'flatbuffers';
import { encode } from 'flatbuffers/js/flexbuffers.js';
import type { ElementType } from '../src/tflite/model.js';
import {
  encodeModel,
  type WrittenField,
  type WrittenOperator,
  type WrittenReference,
  type WrittenSubgraph,
  writeInt32s,
  writeOffsets,
} from '../src/tflite/write/encode.js';

export interface TestTensor {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly type?: ElementType;
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
export type TestField = WrittenField;

export type TestOperator = WrittenOperator;

export interface TestSubgraph {
  readonly tensors: readonly TestTensor[];
  readonly operators: readonly TestOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface TestModel extends TestSubgraph {
  readonly subgraphs?: readonly TestSubgraph[];
}

/**
 * Options of a custom operator. Fractions need eight bytes each, as 0.3 does and 0.5 does not: the package's writer puts one that
 * fits four bytes wrongly among others of eight.
 */
export const customOptions = (
  options: Readonly<Record<string, number | boolean | readonly number[]>>,
): Uint8Array => encode(options);

/** A table with a list of int32. */
function writeIndices(builder: Builder, values: readonly number[]): number {
  const vector = writeInt32s(builder, values);
  builder.startObject(1);
  builder.addFieldOffset(0, vector, 0);
  return builder.endObject();
}

function writeSparsity(
  builder: Builder,
  { order, blockMap, levels }: NonNullable<TestTensor['sparsity']>,
): number {
  const tables = levels.map((level) => {
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
  const vectors = [
    writeInt32s(builder, order),
    writeInt32s(builder, blockMap),
    writeOffsets(builder, tables),
  ];
  builder.startObject(3);
  vectors.forEach((vector, slot) => {
    builder.addFieldOffset(slot, vector, 0);
  });
  return builder.endObject();
}

/** What the writer's files do not have. */
function writeMore(
  builder: Builder,
  { sparsity, signature, isVariable = false }: TestTensor,
): WrittenReference[] {
  return [
    { slot: 5, flag: isVariable },
    { slot: 6, offset: sparsity ? writeSparsity(builder, sparsity) : 0 },
    { slot: 7, offset: signature ? writeInt32s(builder, signature) : 0 },
  ];
}

const written = ({ tensors, ...rest }: TestSubgraph): WrittenSubgraph => ({
  ...rest,
  tensors: tensors.map((tensor, i) => {
    const { name = `t${i}`, shape, type = 'float32', data, scale, zeroPoint = [], axis = 0 } = tensor;
    return {
      name,
      shape,
      type,
      ...(data && { data }),
      ...(scale && { quantization: { scale, zeroPoint, axis } }),
      more: (builder) => writeMore(builder, tensor),
    };
  }),
});

/** The bytes of a TFLite file. */
export const tfliteFile = ({ subgraphs = [], ...main }: TestModel): Uint8Array =>
  encodeModel({ ...written(main), subgraphs: subgraphs.map(written) });
