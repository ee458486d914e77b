/**
 * @file Messages of ONNX's protobuf schema, as far as a convolutional network needs them. The numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A message in bytes. */
export type Message = Uint8Array<ArrayBuffer>;

/** A field's content: bytes are a message or a blob, a number is an integer. */
type Content = number | string | Uint8Array;

/** A message of fields in order; a list repeats its field, `undefined` leaves it out. */
function message(
  fields: readonly (readonly [number: number, content: Content | readonly Content[] | undefined])[],
): Message {
  const writer = new BinaryWriter();
  for (const [field, content] of fields) {
    const items = Array.isArray(content) ? (content as readonly Content[]) : [content as Content | undefined];
    for (const item of items) {
      if (item === undefined) continue;
      if (typeof item === 'number') writer.tag(field, WireType.Varint).int64(item);
      else if (typeof item === 'string') writer.tag(field, WireType.LengthDelimited).string(item);
      else writer.tag(field, WireType.LengthDelimited).bytes(item);
    }
  }
  return writer.finish();
}

/** `TensorProto.DataType`. */
const dataType = { float: 1, int64: 7 } as const;

/** `AttributeProto.AttributeType`. */
const attributeType = { int: 2, ints: 7 } as const;

/** A node's attribute: one integer or a list. */
function attribute(name: string, value: number | readonly number[]): Message {
  return typeof value === 'number'
    ? message([
        [1, name],
        [3, value],
        [20, attributeType.int],
      ])
    : message([
        [1, name],
        [8, value],
        [20, attributeType.ints],
      ]);
}

/** A node. */
export function nodeMessage(
  op: string,
  name: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Message {
  return message([
    [1, inputs],
    [2, output],
    [3, name],
    [4, op],
    [5, Object.entries(attributes).map(([key, value]) => attribute(key, value))],
  ]);
}

/** A constant tensor of float32; scalars have no dimensions. */
export function initializerMessage(name: string, shape: readonly number[], data: Float32Array): Message {
  return message([
    [1, shape],
    [2, dataType.float],
    [8, name],
    [9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);
}

/** The name and type of an input or output. */
export function valueMessage(name: string, shape: readonly number[]): Message {
  const dimensions = message([[1, shape.map((size) => message([[1, size]]))]]);
  const tensorType = message([
    [1, dataType.float],
    [2, dimensions],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensorType]])],
  ]);
}

/** The parts of a graph. */
export interface GraphParts {
  readonly name: string;
  readonly nodes: readonly Message[];
  readonly initializers: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
}

/** A model file. */
export function modelMessage(
  { name, nodes, initializers, inputs, outputs }: GraphParts,
  opset: number,
): Message {
  const graph = message([
    [1, nodes],
    [2, name],
    [5, initializers],
    [11, inputs],
    [12, outputs],
  ]);
  return message([
    [1, 8], // the version of the format; 8 came with opset 15 and is read everywhere
    [2, '@sepconv/bench'],
    [7, graph],
    [8, message([[2, opset]])],
  ]);
}
