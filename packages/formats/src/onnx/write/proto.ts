/** @file Protobuf messages of ONNX, as far as a network needs them; field numbers as in `../model.ts`. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Shape } from '@sepconv/tensor';

/** An attribute: `{ float }`, text, an integer, or a list of integers. */
export type WrittenAttribute = { readonly float: number } | string | number | readonly number[];

export interface WrittenNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, WrittenAttribute>>;
}

/** A constant: float32 as typed array, int64 as plain integers. */
export interface WrittenTensor {
  readonly shape: Shape;
  readonly data: Float32Array | readonly number[];
}

export interface WrittenValue {
  readonly name: string;
  readonly shape: Shape;
}

export interface WrittenModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly WrittenNode[];
  readonly initializers: ReadonlyMap<string, WrittenTensor>;
  readonly inputs: readonly WrittenValue[];
  readonly outputs: readonly WrittenValue[];
}

/** Version 8 of the file format is what runtimes since 2021 read. */
const irVersion = 8;

const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7 } as const;
const elementTypes = { float32: 1, int64: 7 } as const;

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

function writeNode(writer: BinaryWriter, { op, name, inputs, output, attributes }: WrittenNode): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, name);
  text(writer, 4, op);
  for (const [attribute, value] of Object.entries(attributes)) {
    message(writer, 5, () => writeAttribute(writer, attribute, value));
  }
}

function writeTensor(writer: BinaryWriter, name: string, { shape, data }: WrittenTensor): void {
  const isFloat = data instanceof Float32Array;
  const bytes = isFloat
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  for (const dimension of shape) integer(writer, 1, dimension);
  integer(writer, 2, isFloat ? elementTypes.float32 : elementTypes.int64);
  text(writer, 8, name);
  writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writeValue(writer: BinaryWriter, { name, shape }: WrittenValue): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      integer(writer, 1, elementTypes.float32);
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
  return writer.finish();
}
