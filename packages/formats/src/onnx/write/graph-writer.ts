import type { Network, ValueType, ValueTypes, Weights } from '@sepconv/graph';
import {
  elementCount,
  reshapeTensor,
  type Shape,
  type Tensor,
  toFloat32,
  transposeTensor,
} from '@sepconv/tensor';
import { quote, refuse } from '../../errors.js';
import { withLeadingOnes } from '../layout.js';
import type { OnnxForm } from './form.js';
import type { WrittenAttribute, WrittenNode, WrittenTensor, WrittenType } from './proto.js';

/** Which dimension of the graph each dimension of the file is, for images: N, C, H, W out of N, H, W, C. */
const toFile = [0, 3, 1, 2];
/** The other way round. */
const toGraph = [0, 2, 3, 1];

/** The file's shape for a shape of the graph: values of four dimensions are images there. */
export function fileShape(shape: Shape): number[] {
  return shape.length === 4 ? toFile.map((axis) => shape[axis] as number) : [...shape];
}

/** The file's dimension for a dimension of the graph. */
export function fileAxis(axis: number, rank: number): number {
  return rank === 4 ? (toGraph[axis] as number) : axis;
}

/** Numbers per dimension of the graph, in the order of the file's dimensions. */
export function perFileAxis(numbers: readonly number[]): number[] {
  return fileShape(numbers);
}

/** Whether an image's elements lie alike in both layouts, because it has one pixel or one channel. */
function liesAlike(shape: Shape): boolean {
  const [, height, width, channels] = shape;
  return shape.length !== 4 || channels === 1 || (height === 1 && width === 1);
}

const typedArrays = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
} as const satisfies Record<WrittenType, unknown>;

/** Numbers as an array of a type. */
export const typedArray = (type: WrittenType, numbers: readonly number[]): Tensor<WrittenType>['data'] =>
  typedArrays[type].from(numbers);

/** Collects the nodes and constants of a file. The graph's values keep their names; images change their layout. */
export class GraphWriter {
  readonly types: ValueTypes;
  readonly form: OnnxForm;
  /** Whether a runtime must round as the graph's ops do, rather than join them as it likes. */
  readonly exact: boolean;
  readonly nodes: WrittenNode[] = [];
  readonly initializers = new Map<string, WrittenTensor>();
  readonly #weights: Weights;
  readonly #parameters: ReadonlySet<string>;
  readonly #computed: ReadonlySet<string>;
  readonly #names: Set<string>;
  readonly #known = new Map<string, string>();
  #opset = 17;

  constructor(
    { graph, weights }: Network,
    types: ValueTypes,
    { form, exact }: { readonly form: OnnxForm; readonly exact: boolean },
  ) {
    this.types = types;
    this.form = form;
    this.exact = exact;
    this.#weights = weights;
    this.#parameters = new Set(graph.parameters.map(({ name }) => name));
    this.#computed = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
    this.#names = new Set([...graph.inputs.map(({ name }) => name), ...this.#computed]);
  }

  /** The version of the standard operators that all nodes so far are part of. */
  get opset(): number {
    return this.#opset;
  }

  /** Says that a node needs at least this version. */
  needOpset(version: number): void {
    this.#opset = Math.max(this.#opset, version);
  }

  /** Whether a node of the graph computes a value. */
  isComputed(value: string): boolean {
    return this.#computed.has(value);
  }

  /** A name that nothing in the file has yet. */
  unique(stem: string): string {
    let name = stem;
    for (let count = 1; this.#names.has(name); count++) name = `${stem}_${count}`;
    this.#names.add(name);
    return name;
  }

  typeOf(value: string): ValueType {
    return this.types.get(value) ?? refuse(`the graph has no value ${quote(value)}`);
  }

  shapeOf(value: string): Shape {
    return this.typeOf(value).shape;
  }

  /** What a value's elements are in the file: integers as they are, anything else float32. */
  elementsOf(value: string): WrittenType {
    const { dtype } = this.typeOf(value);
    return dtype === 'int8' || dtype === 'uint8' || dtype === 'int32' ? dtype : 'float32';
  }

  /** Appends a node whose output is a value of the graph. */
  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, WrittenAttribute>> = {},
  ): void {
    this.nodes.push({ op, name: output, inputs, outputs: [output], attributes });
  }

  /** Appends a node of several outputs without attributes. */
  nodeOf(op: string, inputs: readonly string[], outputs: readonly string[]): void {
    this.nodes.push({ op, name: outputs.join(), inputs, outputs, attributes: {} });
  }

  /** Appends a node besides and returns its output. */
  helper(
    op: string,
    inputs: readonly string[],
    stem: string,
    attributes: Readonly<Record<string, WrittenAttribute>> = {},
  ): string {
    const output = this.unique(stem);
    this.node(op, inputs, output, attributes);
    return output;
  }

  /** The elements of a parameter as the file has them, or `undefined` for a value that the network computes. */
  weight(value: string): Tensor<WrittenType> | undefined {
    const tensor = this.#parameters.has(value) ? this.#weights.get(value) : undefined;
    if (tensor === undefined) return undefined;
    return this.elementsOf(value) === 'float32' ? toFloat32(tensor) : (tensor as Tensor<WrittenType>);
  }

  /** The elements of a parameter that an op of ONNX wants as a constant. */
  expectStored(value: string | undefined, what: string): Tensor<WrittenType> {
    const tensor = value === undefined ? undefined : this.weight(value);
    return (
      tensor ?? refuse(`${what} must be a parameter, but ${quote(value ?? '')} is computed by the network`)
    );
  }

  /** The real numbers of a parameter that an op of ONNX wants as a constant. */
  expectWeight(value: string | undefined, what: string): Tensor<'float32'> {
    return toFloat32(this.expectStored(value, what));
  }

  /** A constant of the file; `key` tells apart the forms in which one parameter is written. */
  constant(name: string, key: string, make: () => WrittenTensor): string {
    return this.shared(`${key} ${name}`, () => {
      const unique = this.unique(name);
      this.initializers.set(unique, make());
      return unique;
    });
  }

  /** What is made once, however often it is asked for: the name of a value. */
  shared(key: string, make: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#known.set(key, name);
    return name;
  }

  /** A list of integers, such as a shape. */
  integers(values: readonly number[], stem: string): string {
    return this.constant(stem, `integers ${values.join(' ')}`, () => ({
      shape: [values.length],
      data: values,
    }));
  }

  /** A list of real numbers, such as scales. */
  floats(values: readonly number[], stem: string): string {
    return this.constant(stem, `floats ${values.join(' ')}`, () => ({
      shape: [values.length],
      data: Float32Array.from(values),
    }));
  }

  /** One number. */
  scalar(value: number, stem: string, type: WrittenType = 'float32'): string {
    return this.constant(stem, `${type} ${value}`, () => ({ shape: [], data: typedArrays[type].of(value) }));
  }

  /** The file's name of a graph value; a parameter becomes a constant, in the file's layout. */
  value(name: string): string {
    const tensor = this.weight(name);
    if (tensor === undefined) return name;
    return this.constant(name, 'as it is', () => {
      const { data } = tensor.shape.length === 4 ? transposeTensor(tensor, toFile) : tensor;
      return { shape: fileShape(tensor.shape), data };
    });
  }

  /** A value under a shape of as many dimensions as `rank`, ones in front, in the file's layout. */
  stretched(name: string, rank: number, stem: string): string {
    const shape = this.shapeOf(name);
    if (shape.length === rank || rank < 4) return this.value(name);
    const full = withLeadingOnes(shape, rank);
    const tensor = this.weight(name);
    if (tensor === undefined) return this.reshaped(name, full, this.unique(`${stem}/stretched`));
    return this.constant(name, `stretched to ${rank}`, () => {
      const wide = reshapeTensor(tensor, full);
      return { shape: fileShape(full), data: rank === 4 ? transposeTensor(wide, toFile).data : wide.data };
    });
  }

  /** Runs `write` on a value with the dimensions in the graph's order, and brings the result back into the file's. */
  inGraphOrder(name: string, output: string, write: (input: string, result: string) => void): void {
    if (this.shapeOf(name).length !== 4) {
      write(this.value(name), output);
      return;
    }
    const input = this.helper('Transpose', [this.value(name)], `${output}/nhwc`, { perm: toGraph });
    const result = this.unique(`${output}/result`);
    write(input, result);
    this.node('Transpose', [result], output, { perm: toFile });
  }

  /** Appends what turns a value into one of another shape with the graph's order of the elements; returns `output`. */
  reshaped(name: string, shape: Shape, output: string): string {
    const from = this.shapeOf(name);
    if (elementCount(from) !== elementCount(shape)) refuse(`cannot reshape ${quote(name)}`);
    const source = liesAlike(from)
      ? this.value(name)
      : this.helper('Transpose', [this.value(name)], `${output}/nhwc`, { perm: toGraph });
    if (liesAlike(shape)) {
      this.node('Reshape', [source, this.integers(fileShape(shape), `${output}/shape`)], output);
      return output;
    }
    const image = this.helper(
      'Reshape',
      [source, this.integers(shape, `${output}/shape`)],
      `${output}/image`,
    );
    this.node('Transpose', [image], output, { perm: toFile });
    return output;
  }
}
