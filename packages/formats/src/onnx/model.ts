/**
 * @file The messages of an ONNX file, as far as a network needs them, read into plain objects. Field numbers are facts
 * of the schema, onnx/onnx.proto.
 */
import { DamagedFileError, quote, refuse } from '../errors.js';
import { refuseForeign } from '../foreign-files.js';
import { damaged, type Field, Message } from './wire.js';

/** Element types by their number in the schema (TensorProto.DataType). */
const elementTypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
] as const;

/** The element type of an ONNX value. */
export type ElementType = (typeof elementTypes)[number];

/** The type with this number; `undefined` for one that the schema got later. */
export function elementType(code: number): ElementType | undefined {
  return elementTypes[code];
}

/** A tensor as it is stored: either bytes, or numbers in the field of their type. */
export interface StoredTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly raw?: Uint8Array;
  readonly numbers: readonly number[];
  /** Present when the bytes lie in another file: what is said of them, as keys and values, not checked yet. */
  readonly external?: ReadonlyMap<string, string>;
}

/** An attribute; which member is set says of which kind it is. */
export interface Attribute {
  readonly float?: number;
  readonly integer?: number;
  readonly string?: string;
  readonly tensor?: StoredTensor;
  /** A branch or the body of a loop. */
  readonly graph?: OnnxGraph;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  readonly strings?: readonly string[];
}

/** One operation. Values are named by strings; an empty one is an optional input that is left out. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An input or output: a dimension is a number, or the name of one that is left open. */
export interface ValueInfo {
  readonly name: string;
  readonly type?: ElementType;
  readonly dims?: readonly (number | string)[];
}

/** Nodes and what goes in and out: the whole network, or a branch or the body of a loop, which also read values around them. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, StoredTensor>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Initializers that are stored sparsely. */
  readonly sparseInitializers: number;
}

/** What a file holds. */
export interface OnnxModel extends OnnxGraph {
  /** Version of the file format itself. */
  readonly irVersion: number;
  /** The program that wrote the file, and its version. */
  readonly producer: string;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Functions that the file defines itself, by name. */
  readonly functions: readonly string[];
  /** Keys and texts that the file says beside the network. */
  readonly properties: ReadonlyMap<string, string>;
}

/** A StringStringEntryProto. */
function readEntry(field: Field): [key: string, value: string] {
  let key = '';
  let value = '';
  field.message('an entry', (part) => {
    if (part.number === 1) key = part.string();
    else if (part.number === 2) value = part.string();
  });
  return [key, value];
}

/** A TensorProto. */
export function readTensor(read: (each: (field: Field) => void) => void, what: string): StoredTensor {
  const dims: number[] = [];
  const numbers: number[] = [];
  let name = '';
  let code = 0;
  let raw: Uint8Array | undefined;
  const external = new Map<string, string>();
  let isExternal = false;
  read((field) => {
    if (field.number === 1) field.integers(dims);
    else if (field.number === 2) code = field.integer();
    else if (field.number === 4) field.floats(numbers);
    // int32_data, int64_data, uint64_data
    else if (field.number === 5 || field.number === 7 || field.number === 11) field.integers(numbers);
    else if (field.number === 8) name = field.string();
    else if (field.number === 9) raw = field.bytes();
    else if (field.number === 10) field.doubles(numbers);
    else if (field.number === 13) external.set(...readEntry(field));
    else if (field.number === 14) isExternal = field.integer() === 1;
  });
  const type = elementType(code);
  if (type === undefined) refuse(`${what} has the element type ${code}, which is not supported`);
  return {
    name,
    type,
    dims,
    numbers,
    ...(raw !== undefined && { raw }),
    ...((isExternal || external.size > 0) && { external }),
  };
}

/** Branches inside branches, deeper than anybody nests them. */
const maxDepth = 16;

function readAttribute(field: Field, depth: number): [string, Attribute] {
  let name = '';
  const floats: number[] = [];
  const integers: number[] = [];
  const strings: string[] = [];
  const single: { -readonly [Key in keyof Attribute]?: Attribute[Key] } = {};
  field.message('an attribute', (part) => {
    if (part.number === 1) name = part.string();
    else if (part.number === 2) single.float = part.float();
    else if (part.number === 3) single.integer = part.integer();
    else if (part.number === 4) single.string = part.string();
    else if (part.number === 5) {
      single.tensor = readTensor((each) => part.message('a tensor', each), 'an attribute');
    } else if (part.number === 6) single.graph = readGraph(part, depth + 1);
    else if (part.number === 7) part.floats(floats);
    else if (part.number === 8) part.integers(integers);
    else if (part.number === 9) strings.push(part.string());
  });
  return [name, { ...single, floats, integers, ...(strings.length > 0 && { strings }) }];
}

function readNode(field: Field, depth: number): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let name = '';
  let op = '';
  let domain = '';
  field.message('a node', (part) => {
    if (part.number === 1) inputs.push(part.string());
    else if (part.number === 2) outputs.push(part.string());
    else if (part.number === 3) name = part.string();
    else if (part.number === 4) op = part.string();
    else if (part.number === 5) attributes.set(...readAttribute(part, depth));
    else if (part.number === 7) domain = part.string();
  });
  return { name, op, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
}

/** One Dimension: field 1 is its value, field 2 its name; neither means that nothing is known. */
function readDimension(field: Field): number | string {
  let dimension: number | string = '';
  field.message('a dimension', (part) => {
    if (part.number === 1) dimension = part.integer();
    else if (part.number === 2) dimension = part.string();
  });
  return dimension;
}

function readValueInfo(field: Field): ValueInfo {
  let name = '';
  let type: ElementType | undefined;
  let dims: (number | string)[] | undefined;
  const readShape = (shape: Field): void => {
    dims = [];
    shape.message('a shape', (part) => {
      if (part.number === 1) dims?.push(readDimension(part));
    });
  };
  field.message('an input or output', (part) => {
    if (part.number === 1) name = part.string();
    if (part.number !== 2) return;
    part.message('a type', (kind) => {
      if (kind.number !== 1) return;
      kind.message('a tensor type', (tensor) => {
        if (tensor.number === 1) type = elementType(tensor.integer());
        else if (tensor.number === 2) readShape(tensor);
      });
    });
  });
  return { name, ...(type !== undefined && { type }), ...(dims !== undefined && { dims }) };
}

function readGraph(field: Field, depth = 0): OnnxGraph {
  if (depth > maxDepth) damaged(`it nests graphs more than ${maxDepth} deep`);
  let name = '';
  let sparseInitializers = 0;
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, StoredTensor>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  field.message('the graph', (part) => {
    if (part.number === 1) nodes.push(readNode(part, depth));
    else if (part.number === 2) name = part.string();
    else if (part.number === 5) {
      const tensor = readTensor((each) => part.message('an initializer', each), 'an initializer');
      if (initializers.has(tensor.name)) damaged(`two initializers are called ${quote(tensor.name)}`);
      initializers.set(tensor.name, tensor);
    } else if (part.number === 11) inputs.push(readValueInfo(part));
    else if (part.number === 12) outputs.push(readValueInfo(part));
    else if (part.number === 15) sparseInitializers++;
  });
  return { name, nodes, initializers, inputs, outputs, sparseInitializers };
}

/** A graph and those inside it. */
export function* nestedGraphs(graph: OnnxGraph): Generator<OnnxGraph> {
  yield graph;
  for (const { attributes } of graph.nodes) {
    for (const { graph: inner } of attributes.values()) if (inner !== undefined) yield* nestedGraphs(inner);
  }
}

/** Names of everything that a node reads: its inputs, and what its branches read. */
export function namesRead({ inputs, attributes }: OnnxNode): string[] {
  const inner = [...attributes.values()].flatMap(({ graph }) =>
    graph === undefined ? [] : [...graph.nodes.flatMap(namesRead), ...graph.outputs.map(({ name }) => name)],
  );
  return [...inputs, ...inner];
}

/** An OperatorSetIdProto. */
function readOpset(field: Field): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  field.message('an operator set', (part) => {
    if (part.number === 1) domain = part.string();
    else if (part.number === 2) version = part.integer();
  });
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** A FunctionProto, of which only the name is read. */
function readFunctionName(field: Field): string {
  let name = '';
  field.message('a function', (part) => {
    if (part.number === 1) name = part.string();
  });
  return name;
}

/**
 * Reads the messages of an ONNX file.
 *
 * @throws {FormatError} when the bytes are not an ONNX file, or contradict themselves.
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  refuseForeign(bytes);
  let irVersion = 0;
  let opset = 1;
  let graph: OnnxGraph | undefined;
  const producer: string[] = [];
  const functions: string[] = [];
  const properties = new Map<string, string>();
  let graphs = 0;
  new Message(bytes, 'the ONNX model').forEach((field) => {
    if (field.number === 1) irVersion = field.integer();
    else if (field.number === 2 || field.number === 3) producer.push(field.string());
    else if (field.number === 7) {
      graphs++;
      graph = readGraph(field);
    } else if (field.number === 8) {
      const [domain, version] = readOpset(field);
      if (domain === '') opset = version;
    } else if (field.number === 14) properties.set(...readEntry(field));
    else if (field.number === 25) functions.push(readFunctionName(field));
  });
  if (irVersion < 1 || graphs !== 1 || graph === undefined) {
    throw new DamagedFileError(
      `this is not an ONNX model: it must have a version of at least 1 and one graph, but has version ${irVersion} and ${graphs} graphs`,
    );
  }
  return { ...graph, irVersion, opset, producer: producer.join(' ').trim(), functions, properties };
}
