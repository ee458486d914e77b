/** @file Protobuf messages of ONNX, as far as a network needs them; field numbers as in `../model.ts`. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Shape } from '@sepconv/tensor';

/** An attribute: `{ float }`, text, an integer, or a list of integers. */
export type WrittenAttribute = { readonly float: number } | string | number | readonly number[];

export interface WrittenNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, WrittenAttribute>>;
}

/** A constant: its element type is that of its array; plain integers are int64. */
export interface WrittenTensor {
  readonly shape: Shape;
  readonly data: Float32Array | Int8Array | Uint8Array | Int32Array | readonly number[];
}

/** The element types of what a network computes. */
export type WrittenType = 'float32' | 'int8' | 'uint8' | 'int32';

export interface WrittenValue {
  readonly name: string;
  readonly type: WrittenType;
  readonly shape: Shape;
}

export interface WrittenModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly WrittenNode[];
  readonly initializers: ReadonlyMap<string, WrittenTensor>;
  readonly inputs: readonly WrittenValue[];
  readonly outputs: readonly WrittenValue[];
  /** Keys and texts beside the graph. */
  readonly properties: ReadonlyMap<string, string>;
}

/** Version 8 of the file format is what runtimes since 2021 read. */
const irVersion = 8;

const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7 } as const;
/** TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function writeAttribute(writer: BinaryWriter, name: string, value: WrittenAttribute): void {
  text(writer, 1, name);
  if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, attributeTypes.string);
  } else if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, attributeTypes.integer);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(Math.fround(value.float));
    integer(writer, 20, attributeTypes.float);
  } else {
    for (const one of value) integer(writer, 8, one);
    integer(writer, 20, attributeTypes.integers);
  }
}

function writeNode(writer: BinaryWriter, { op, name, inputs, outputs, attributes }: WrittenNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 3, name);
  text(writer, 4, op);
  for (const [attribute, value] of Object.entries(attributes)) {
    message(writer, 5, () => writeAttribute(writer, attribute, value));
  }
}

function typeOfArray(data: Exclude<WrittenTensor['data'], readonly number[]>): WrittenType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Int8Array ? 'int8' : 'uint8';
}

function writeTensor(writer: BinaryWriter, name: string, { shape, data }: WrittenTensor): void {
  const isTyped = ArrayBuffer.isView(data);
  const array = isTyped ? data : BigInt64Array.from(data, BigInt);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (const dimension of shape) integer(writer, 1, dimension);
  integer(writer, 2, isTyped ? elementTypes[typeOfArray(data)] : elementTypes.int64);
  text(writer, 8, name);
  writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writeValue(writer: BinaryWriter, { name, type, shape }: WrittenValue): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      integer(writer, 1, elementTypes[type]);
      message(writer, 2, () => {
        for (const dimension of shape) message(writer, 1, () => integer(writer, 1, dimension));
      });
    }),
  );
}

/** The bytes of the file. */
export function encodeModel(model: WrittenModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, irVersion);
  text(writer, 2, '@sepconv/formats');
  message(writer, 7, () => {
    for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node));
    text(writer, 2, model.name);
    for (const [name, tensor] of model.initializers)
      message(writer, 5, () => writeTensor(writer, name, tensor));
    for (const input of model.inputs) message(writer, 11, () => writeValue(writer, input));
    for (const output of model.outputs) message(writer, 12, () => writeValue(writer, output));
  });
  message(writer, 8, () => {
    text(writer, 1, '');
    integer(writer, 2, model.opset);
  });
  for (const [key, value] of model.properties) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}
