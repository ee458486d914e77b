import type { AttributesOf, GraphBuilder, OpName, ParameterRole } from '@sepconv/graph';
import { reshapeTensor, type Shape, sameShape, type Tensor, zeros } from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import type { SharedParameters } from '../derived.js';
import { quote, refuse } from '../errors.js';
import type { Arithmetic } from '../imported-network.js';
import type { ModelMetadata } from '../metadata/metadata.js';
import type { Scope } from '../scope.js';
import { type Constant, decodeTensor, type IntegerType, integerType } from './constant.js';
import type { DecodedWeights } from './decoded-weights.js';
import type { ExternalFiles } from './external-data.js';
import {
  channelsLast,
  describeLayout,
  isInOrder,
  naturalOrder,
  type Order,
  orderOf,
  regroup,
  shapeOf,
  type Value,
  valueInOrder,
  withLeadingOnes,
} from './layout.js';
import type { Attribute, OnnxModel, OnnxNode, StoredTensor } from './model.js';

/** What the import of one model carries along. */
export interface ImportState {
  readonly opset: number;
  readonly arithmetic: Arithmetic;
  /** Values that nothing reads but DequantizeLinear, perhaps under another shape. */
  readonly dequantized: ReadonlySet<string>;
  readonly builder: GraphBuilder;
  readonly weights: Map<string, Tensor>;
  readonly parameters: SharedParameters;
  readonly budget: Budget;
  readonly files: ExternalFiles;
  readonly decoded: DecodedWeights;
  /** Everything that is known so far, by the file's names. */
  readonly values: Scope<Value | Constant>;
  /** The names of the network's outputs. */
  readonly outputs: ReadonlySet<string>;
  /** Of values whose first dimension a run tells, the value that says how many rows there are. */
  readonly openRows: Map<string, string>;
  readonly readers: Readers;
  readonly warnings: string[];
}

/** An image `[N, H, W, C]`, and how many spatial dimensions the file gives it. */
export interface ImageInput {
  readonly name: string;
  readonly shape: readonly [number, number, number, number];
  readonly spatial: 1 | 2;
}

/** Names of the file, not longer than a message can bear. */
export const shorten = (name: string): string => name.slice(0, 200);

/** A tensor of the file, wherever its bytes are. */
export function decodeStored(
  { budget, decoded, files }: ImportState,
  stored: StoredTensor,
  name = stored.name,
): Constant {
  // What lies elsewhere may be another file the next time.
  if (stored.external !== undefined) return decodeTensor(files.resolve(stored), budget, name);
  return decoded.decode(stored, budget, name);
}

/** Turns one node into graph nodes, and gives its first output, or all of them. */
export type NodeReader = (context: NodeContext) => Value | readonly Value[];

/** What a file is read with. */
export interface Readers {
  /** By op. */
  readonly nodes: ReadonlyMap<string, NodeReader>;
  /** What goes with less usual operators; absent where a file has none of them. */
  readonly more?: {
    joinProducts(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[];
    joinTables(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[];
    keepingRows(
      context: NodeContext,
      read: () => readonly (Value | Constant)[],
    ): readonly (Value | Constant)[];
    ownIntegers(nodes: readonly OnnxNode[]): ReadonlySet<string>;
    recognizeGelu(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[];
    spellOwnOperators(nodes: readonly OnnxNode[]): readonly OnnxNode[];
    withoutMissingRows(context: NodeContext, name: string, count: string): string;
  };
  /** Of what the file says beside the network; absent where it says nothing. */
  readonly metadata?: (properties: OnnxModel['properties']) => ModelMetadata;
}

/** One node with its inputs: everything that an op's reader may look at and do. */
export class NodeContext {
  readonly state: ImportState;
  readonly node: OnnxNode;

  constructor(state: ImportState, node: OnnxNode) {
    this.state = state;
    this.node = node;
  }

  get opset(): number {
    return this.state.opset;
  }

  get inputCount(): number {
    return this.node.inputs.length;
  }

  /** The node's name in the graph: an output of the network keeps its name, inside a node's name says more. */
  get name(): string {
    const [output = ''] = this.node.outputs;
    if (this.state.outputs.has(output)) return shorten(output);
    return shorten(this.node.name || output || this.node.op);
  }

  /** The same node for another one of its outputs: ops that it becomes are named after that. */
  named(output: string): NodeContext {
    const name = this.node.name === '' ? '' : `${this.node.name}/${output}`;
    return new NodeContext(this.state, { ...this.node, name, outputs: [output] });
  }

  /** Whether the optional input is there. */
  has(input: number): boolean {
    return (this.node.inputs[input] ?? '') !== '';
  }

  /** The constant or value at an input. */
  input(input: number): Value | Constant {
    const name = this.node.inputs[input] ?? '';
    if (name === '') refuse(`needs input ${input}, but has only ${this.inputCount} inputs`);
    return this.state.values.get(name) ?? refuse(`reads ${quote(name)}, which nothing before it computes`);
  }

  /** The value at an input; a constant becomes a parameter. */
  value(input: number): Value {
    const found = this.input(input);
    if (found.kind === 'value') return found;
    this.state.budget.charge(4 * found.data.length, 'a constant');
    const tensor = this.state.decoded.tensor(found);
    const name = this.parameter(this.node.inputs[input] as string, tensor, 'constant');
    return valueInOrder(name, tensor.shape, naturalOrder(tensor.shape.length));
  }

  /** The value of integers at an input; a constant becomes a parameter. `undefined` where it is of another type. */
  integers(input: number): Value | undefined {
    const found = this.input(input);
    if (found.kind === 'value') return this.integerTypeOf(found) === undefined ? undefined : found;
    const dtype = integerType(found.type);
    if (dtype === undefined) return undefined;
    this.state.budget.charge(found.data.length * (dtype === 'int32' ? 4 : 1), 'a constant');
    const integers = this.state.decoded.integers(found, dtype);
    const name = this.parameter(this.node.inputs[input] as string, integers, 'constant');
    return valueInOrder(name, found.shape, naturalOrder(found.shape.length));
  }

  /** The element type of a value of the network, if it is one of integers. */
  integerTypeOf({ name }: Value): IntegerType | undefined {
    return integerType(this.state.builder.typeOf(name).dtype);
  }

  /** The shape that the file sees. */
  shape(input: number): readonly number[] {
    const found = this.input(input);
    return found.kind === 'value' ? shapeOf(found) : found.shape;
  }

  isConstant(input: number): boolean {
    return this.has(input) && this.input(input).kind === 'constant';
  }

  /** The constant at an input. */
  constant(input: number, what: string): Constant {
    const found = this.input(input);
    if (found.kind === 'constant') return found;
    refuse(`${what} must be a constant, but ${describeLayout(found)} is computed by the network`);
  }

  /** The constant at an input as weights. */
  tensor(input: number, what: string): Tensor<'float32'> {
    const constant = this.constant(input, what);
    this.state.budget.charge(4 * constant.data.length, what);
    return this.state.decoded.tensor(constant);
  }

  /** The numbers of a constant input that has one per dimension, or `undefined` where it is left out. */
  integerList(input: number, what: string): number[] | undefined {
    if (!this.has(input)) return undefined;
    const { data } = this.constant(input, what);
    if (data.length > 64) refuse(`${what} has ${data.length} numbers, more than any tensor has dimensions`);
    return [...data];
  }

  /** The constant that an attribute holds as a tensor, wherever its bytes are. */
  tensorAttribute(name: string): Constant | undefined {
    const stored = this.attribute(name)?.tensor;
    return stored && decodeStored(this.state, stored, `${this.name}/${name}`);
  }

  attribute(name: string): Attribute | undefined {
    return this.node.attributes.get(name);
  }

  integerAttribute(name: string, absent: number): number {
    return this.attribute(name)?.integer ?? absent;
  }

  floatAttribute(name: string, absent: number): number {
    return this.attribute(name)?.float ?? absent;
  }

  stringAttribute(name: string, absent: string): string {
    return this.attribute(name)?.string ?? absent;
  }

  /** A list with one number per dimension, or `undefined` where it is left out. */
  integersAttribute(name: string): readonly number[] | undefined {
    const integers = this.attribute(name)?.integers;
    if (integers === undefined) return undefined;
    if (integers.length > 64)
      refuse(`${name} has ${integers.length} numbers, more than a tensor has dimensions`);
    return integers;
  }

  /** An axis counted from the front. */
  axis(said: number, rank: number): number {
    const axis = said < 0 ? said + rank : said;
    if (!(Number.isInteger(axis) && axis >= 0 && axis < rank)) {
      refuse(`names dimension ${said}, but its input has ${rank} dimensions`);
    }
    return axis;
  }

  /** Adds a parameter with its numbers, where they are none yet in this role; the name is made unique. */
  parameter(name: string, tensor: Tensor, role: ParameterRole): string {
    const { builder, budget, parameters, weights } = this.state;
    return parameters.nameOf(tensor, role, () => {
      const unique = builder.uniqueName(shorten(name));
      budget.checkShape(tensor.shape, quote(name));
      builder.parameter(unique, tensor.shape, role, tensor.dtype, tensor.quantization);
      weights.set(unique, tensor);
      return unique;
    });
  }

  /** Appends the op that the node is and returns its value's name. */
  emit<Name extends OpName>(op: Name, inputs: readonly string[], attributes: AttributesOf[Name]): string {
    return this.#emit(op, inputs, attributes, this.name);
  }

  /** Appends an op besides, called `<node>/<op>`. */
  helper<Name extends OpName>(op: Name, inputs: readonly string[], attributes: AttributesOf[Name]): string {
    return this.#emit(op, inputs, attributes, `${this.name}/${op}`);
  }

  #emit<Name extends OpName>(
    op: Name,
    inputs: readonly string[],
    attributes: AttributesOf[Name],
    name: string,
  ): string {
    const { builder, budget } = this.state;
    const result = builder.node(op, inputs, attributes, builder.uniqueName(name));
    budget.checkValue(builder.typeOf(result).shape, 'the output');
    return result;
  }

  /** The shape of a graph value. */
  graphShape(name: string): Shape {
    return this.state.builder.typeOf(name).shape;
  }

  /** The graph value under this shape, through a reshape only where it has another. */
  reshaped(name: string, shape: Shape): string {
    if (sameShape(this.graphShape(name), shape)) return name;
    return this.helper('reshape', [name], { shape });
  }

  /** A graph value that holds the dimensions in this order, one by one; `undefined` when elements had to move. */
  tryOrder(value: Value, order: Order): string | undefined {
    if (!isInOrder(value, order)) return undefined;
    const shape = shapeOf(value);
    return this.reshaped(
      value.name,
      order.map((axis) => shape[axis] as number),
    );
  }

  /** The same, by a transpose where elements have to move. */
  inOrder(value: Value, order: Order): string {
    const found = this.tryOrder(value, order);
    if (found !== undefined) return found;
    const permutation = order.flatMap((axis) => value.dimensions[axis] ?? []);
    const memory = this.reshaped(value.name, value.extents);
    const moved = this.helper('transpose', [memory], { permutation });
    const shape = shapeOf(value);
    return this.reshaped(
      moved,
      order.map((axis) => shape[axis] as number),
    );
  }

  /** The value with every dimension in one piece: as it lies where that is so, else in the file's order. */
  ordered(value: Value): { name: string; order: Order } {
    const order = orderOf(value) ?? naturalOrder(value.dimensions.length);
    return { name: this.inOrder(value, order), order };
  }

  /** The value with its elements in the file's order. */
  natural(value: Value): Value {
    const order = naturalOrder(value.dimensions.length);
    if (isInOrder(value, order)) return value;
    return { ...value, ...valueInOrder(this.inOrder(value, order), shapeOf(value), order) };
  }

  /** The value with ones in front, as many as it lacks to that many dimensions. */
  widened(value: Value, rank: number): Value {
    return (
      regroup(value, withLeadingOnes(shapeOf(value), rank)) ??
      refuse(`cannot be widened from ${describeLayout(value)}`)
    );
  }

  /** Weights with their dimensions in another order, as `transposeTensor` makes them. */
  transposed(weights: Tensor<'float32'>, permutation: readonly number[]): Tensor<'float32'> {
    return this.state.decoded.transpose(weights, permutation);
  }

  /** A constant as a parameter with its dimensions in this order. */
  constantInOrder(name: string, constant: Constant, order: Order): string {
    const { decoded } = this.state;
    return this.parameter(name, decoded.transpose(decoded.tensor(constant), order), 'constant');
  }

  /** An input of at least three dimensions with the channels last; images are `[N, H, W, C]`. */
  withChannelsLast(input: number): { name: string; shape: Shape; order: Order } {
    const value = this.value(input);
    const order = channelsLast(value.dimensions.length);
    const name = this.inOrder(value, order);
    return { name, shape: this.graphShape(name), order };
  }

  /**
   * An image input `[N, H, W, C]`, which the file sees as `[N, C, H, W]`, or as `[N, C, W]`: a signal in one dimension is an
   * image of one row.
   */
  image(input: number): ImageInput {
    const rank = this.shape(input).length;
    if (rank !== 4 && rank !== 3) {
      refuse(
        `needs an image of 4 dimensions or a signal of 3, but its input has ${rank}; only 1-D and 2-D are supported`,
      );
    }
    const { name, shape } = this.withChannelsLast(input);
    if (rank === 4) return { name, shape: shape as unknown as ImageInput['shape'], spatial: 2 };
    const [batch = 1, width = 1, channels = 1] = shape;
    const row = [batch, 1, width, channels] as const;
    return { name: this.reshaped(name, row), shape: row, spatial: 1 };
  }

  /** The result of an op that gives an image `[N, H, W, C]`, as the file sees it: without the row's height in 1-D. */
  imageResult(name: string, { spatial }: Pick<ImageInput, 'spatial'>): Value {
    if (spatial === 2) return this.result(name, [0, 2, 3, 1]);
    const [batch = 1, , width = 1, channels = 1] = this.graphShape(name);
    return valueInOrder(name, [batch, channels, width], [0, 2, 1]);
  }

  /** The result of an op whose graph value holds the file's dimensions in `order`. */
  result(name: string, order: Order): Value {
    const graph = this.graphShape(name);
    const shape: number[] = [];
    order.forEach((axis, i) => {
      shape[axis] = graph[i] as number;
    });
    return valueInOrder(name, shape, order);
  }

  /** A parameter `[count]` of zeros, for an optional input that an op of the graph must have. */
  zeros(name: string, count: number, role: ParameterRole): string {
    this.state.budget.charge(4 * count, name);
    return this.parameter(name, zeros('float32', [count]), role);
  }

  /** A parameter `[count]` from a constant input that must have that many numbers. */
  vector(input: number, count: number, what: string, role: ParameterRole): string {
    const tensor = this.tensor(input, what);
    if (tensor.data.length !== count)
      refuse(`${what} must have ${count} numbers, but has ${tensor.data.length}`);
    return this.parameter(this.node.inputs[input] as string, reshapeTensor(tensor, [count]), role);
  }
}
