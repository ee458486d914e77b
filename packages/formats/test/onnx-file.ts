/** @file Writes small ONNX files for tests. Field numbers are the schema's, as in `src/onnx/model.ts`. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A tensor of float32 or, with `ints`, of int64. */
export interface TestTensor {
  readonly dims: readonly number[];
  readonly floats?: ArrayLike<number>;
  readonly ints?: readonly number[];
  /** Any other type: its number in the schema, and the bytes. */
  readonly raw?: readonly [type: number, bytes: ArrayBufferView];
  /** The numbers lie in another file: what is said of them. `type` is float32 where it is left out. */
  readonly external?: {
    readonly location?: string;
    readonly offset?: string;
    readonly length?: string;
    readonly type?: number;
  };
}

/** An attribute's kind is told by its value's: integers are `int` and `ints`, `{ float }` and `{ floats }` are not. */
export type TestAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | TestGraph
  | TestTensor;

/** A branch or the body of a loop; its inputs have no shape. `name:7` is one of element type 7, where that is not float32. */
export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly initializers?: { readonly [name: string]: TestTensor };
  readonly inputs?: readonly string[];
  readonly outputs: readonly string[];
}

export interface TestNode {
  readonly op: string;
  readonly name?: string;
  readonly domain?: string;
  readonly inputs?: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: { readonly [name: string]: TestAttribute };
}

export interface TestOnnx {
  /** Default 21. */
  readonly opset?: number;
  readonly nodes: readonly TestNode[];
  readonly initializers?: { readonly [name: string]: TestTensor };
  readonly inputs: { readonly [name: string]: readonly (number | string)[] };
  readonly outputs: readonly string[];
}

type Write = (writer: BinaryWriter) => void;

/** A length-delimited field. */
function field(writer: BinaryWriter, number: number, write: Write): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

const text = (writer: BinaryWriter, number: number, value: string): BinaryWriter =>
  writer.tag(number, WireType.LengthDelimited).string(value);

const integer = (writer: BinaryWriter, number: number, value: number): BinaryWriter =>
  writer.tag(number, WireType.Varint).int64(value);

function writeTensor(writer: BinaryWriter, tensor: TestTensor, name?: string): void {
  for (const dim of tensor.dims) integer(writer, 1, dim);
  if (name !== undefined) text(writer, 8, name);
  if (tensor.external !== undefined) {
    const { type = 1, ...entries } = tensor.external;
    integer(writer, 2, type);
    for (const [key, value] of Object.entries(entries)) {
      field(writer, 13, (entry) => {
        text(entry, 1, key);
        text(entry, 2, value);
      });
    }
    integer(writer, 14, 1);
  } else if (tensor.raw !== undefined) {
    const [type, view] = tensor.raw;
    integer(writer, 2, type);
    writer
      .tag(9, WireType.LengthDelimited)
      .bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  } else if (tensor.ints !== undefined) {
    integer(writer, 2, 7);
    field(writer, 7, (packed) => {
      for (const value of tensor.ints ?? []) packed.int64(BigInt(value));
    });
  } else {
    integer(writer, 2, 1);
    const bytes = new Uint8Array(Float32Array.from(tensor.floats ?? []).buffer);
    writer.tag(9, WireType.LengthDelimited).bytes(bytes);
  }
}

/** The kind of an attribute by its number in the schema, which onnxruntime asks for. */
function kindOf(value: TestAttribute): number {
  if (typeof value === 'number') return 2;
  if (typeof value === 'string') return 3;
  if (Array.isArray(value)) return 7;
  if ('nodes' in value) return 5;
  if ('strings' in value) return 8;
  return 'float' in value ? 1 : 'dims' in value ? 4 : 6;
}

function writeAttribute(writer: BinaryWriter, name: string, value: TestAttribute): void {
  text(writer, 1, name);
  integer(writer, 20, kindOf(value));
  if (typeof value === 'number') integer(writer, 3, value);
  else if (typeof value === 'string') text(writer, 4, value);
  else if (Array.isArray(value)) for (const one of value) integer(writer, 8, one);
  else if ('float' in value) writer.tag(2, WireType.Bit32).float(value.float);
  else if ('dims' in value) field(writer, 5, (part) => writeTensor(part, value));
  else if ('strings' in value) for (const one of value.strings) text(writer, 9, one);
  else if ('nodes' in value) field(writer, 6, (part) => writeGraph(part, value));
  else {
    const { floats } = value as { floats: readonly number[] };
    for (const one of floats) writer.tag(7, WireType.Bit32).float(one);
  }
}

function writeNode(writer: BinaryWriter, node: TestNode): void {
  for (const input of node.inputs ?? []) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  if (node.name !== undefined) text(writer, 3, node.name);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    field(writer, 5, (part) => writeAttribute(part, name, value));
  }
  if (node.domain !== undefined) text(writer, 7, node.domain);
}

function writeValueInfo(writer: BinaryWriter, said: string, dims?: readonly (number | string)[]): void {
  const [, name = said, elementType = '1'] = /^(.*):(\d+)$/.exec(said) ?? [];
  text(writer, 1, name);
  field(writer, 2, (type) =>
    field(type, 1, (tensor) => {
      integer(tensor, 1, Number(elementType));
      if (dims === undefined) return;
      field(tensor, 2, (shape) => {
        for (const dim of dims) {
          field(shape, 1, (part) => (typeof dim === 'number' ? integer(part, 1, dim) : text(part, 2, dim)));
        }
      });
    }),
  );
}

const namesIn = (said: string | readonly string[]): readonly string[] =>
  typeof said === 'string' ? said.split(' ') : said;

/** A node; several inputs or outputs are a list, or one text with spaces between. An input left out has an empty name. */
export const testNode = (
  op: string,
  inputs: string | readonly string[],
  outputs: string | readonly string[],
  attributes: TestNode['attributes'] = {},
): TestNode => ({ op, inputs: namesIn(inputs), outputs: namesIn(outputs), attributes });

function writeGraph(
  writer: BinaryWriter,
  { nodes, initializers = {}, inputs = [], outputs }: TestGraph,
  shapes: ReadonlyMap<string, readonly (number | string)[]> = new Map(),
): void {
  for (const node of nodes) field(writer, 1, (part) => writeNode(part, node));
  text(writer, 2, 'test');
  for (const [name, tensor] of Object.entries(initializers)) {
    field(writer, 5, (part) => writeTensor(part, tensor, name));
  }
  // Counters and conditions of loops are single numbers.
  const dimsOf = (name: string) => shapes.get(name) ?? (name.includes(':') ? [] : undefined);
  for (const name of inputs) field(writer, 11, (part) => writeValueInfo(part, name, dimsOf(name)));
  for (const name of outputs) field(writer, 12, (part) => writeValueInfo(part, name));
}

/** The bytes of an ONNX file. */
export function onnxFile({ opset = 21, nodes, initializers = {}, inputs, outputs }: TestOnnx): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, 10);
  field(writer, 7, (graph) => {
    const infos = Object.entries(inputs);
    writeGraph(graph, { nodes, initializers, inputs: infos.map(([name]) => name), outputs }, new Map(infos));
  });
  field(writer, 8, (part) => integer(part, 2, opset));
  const domains = new Set(nodes.flatMap(({ domain = '' }) => (domain === '' ? [] : [domain])));
  for (const domain of domains) field(writer, 8, (part) => integer(text(part, 1, domain), 2, 1));
  return new Uint8Array(writer.finish());
}
