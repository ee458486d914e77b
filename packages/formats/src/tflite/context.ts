import type { AttributesOf, GraphBuilder, OpName, ParameterRole } from '@sepconv/graph';
import { type DType, formatShape, type Shape, type Tensor } from '@sepconv/tensor';
import { type Budget, maxRank } from '../budget.js';
import type { Derived, SharedParameters } from '../derived.js';
import { refuse } from '../errors.js';
import type { Arithmetic } from '../imported-network.js';
import type { InputShapes } from '../onnx/input-shapes.js';
import { everything, type Interval } from '../range.js';
import { describeTensor, readConstant, readIntegers, readStored } from './constants.js';
import type { FlatTable } from './flat-buffer.js';
import type { About } from './metadata.js';
import type { MetadataSource, TfliteModel, TfliteOperator, TfliteTensor } from './model.js';

/** What the import of one model carries along. */
export interface ImportState {
  readonly model: TfliteModel;
  /** Which operator computes a tensor, by the tensor's index. */
  readonly producers: ReadonlyMap<number, TfliteOperator>;
  readonly builder: GraphBuilder;
  readonly weights: Map<string, Tensor>;
  readonly parameters: SharedParameters;
  /** What was made of the file's constants. */
  readonly derived: Derived;
  readonly budget: Budget;
  readonly readers: Readers;
  /** What quantized values are computed with. */
  readonly arithmetic: Arithmetic;
  /** Graph values of real numbers by tensor index: inputs, results so far, constants that a node reads as they are. */
  readonly values: Map<number, string>;
  /** Graph values of stored integers by tensor index; none in float32 arithmetic. */
  readonly stored: Map<number, string>;
  /** For results that are a constant under another tensor's number: whose constant. */
  readonly constants: Map<number, TfliteTensor>;
  /** Tensor indices of the model's outputs. */
  readonly outputs: ReadonlySet<number>;
  /** Shapes that inputs shall have, by name. */
  readonly shapes: InputShapes;
  /** Whether an input has another shape than the file says, so that nothing is held against the file's shapes. */
  readonly isResized: boolean;
  /** What is known of the numbers of a graph value. */
  readonly ranges: Map<string, Interval>;
  readonly warnings: string[];
  /** How many subgraphs this one is inside of. */
  readonly depth: number;
}

/** The last node that an operator becomes; the importer names it and clamps its result. */
export interface NodeResult {
  readonly kind: 'node';
  readonly op: OpName;
  emit(name: string): string;
  /** The numbers that the op can give, before any clamp. Default: all. */
  readonly range?: Interval;
  /** The schema's number of the fused activation. Default: none. */
  readonly activation?: number;
  /** Whether the node gives the integers that the file stores, clipped and all. Default: it gives real numbers. */
  readonly isStored?: true;
}

/** What an operator becomes: a node, or nothing but another name for one of its inputs. */
export type OperatorResult = NodeResult | { readonly kind: 'same' };

/**
 * A last part of a tensor's name that says which TensorFlow op came last in a fused one, and not which layer it is:
 * `MobilenetV2/Conv/Relu6` is the layer `MobilenetV2/Conv`.
 */
const opSuffix = /\/(?:relu6?|add_fold|biasadd|conv2d|matmul|batchnorm|fusedbatchnorm(?:v\d)?)(?:_\d+)?$/i;

/** A tensor's name, of which the converter's list of everything that was fused into it is cut off. */
export function valueName({ name, index }: TfliteTensor): string {
  const first = (name.split(';', 1)[0] ?? '').trim().slice(0, 200);
  return first === '' ? `tensor_${index}` : first;
}

/** One operator with its tensors: everything that an op's reader may look at and do. */
export class OperatorContext {
  readonly state: ImportState;
  readonly operator: TfliteOperator;

  constructor(state: ImportState, operator: TfliteOperator) {
    this.state = state;
    this.operator = operator;
  }

  /** The output, or the first of several. */
  get output(): TfliteTensor {
    const [index = -1] = this.operator.outputs;
    return this.state.model.tensors[index] ?? refuse('has no output');
  }

  /** The same operator with these of its inputs only. */
  withInputs(inputs: readonly number[]): OperatorContext {
    const indices = inputs.map((input) => this.operator.inputs[input] ?? -1);
    return new OperatorContext(this.state, { ...this.operator, inputs: indices });
  }

  /** The layer's name, in front of its parameters' names. */
  get layer(): string {
    return valueName(this.output).replace(opSuffix, '');
  }

  get inputCount(): number {
    return this.operator.inputs.length;
  }

  /** Whether the optional input is there. */
  has(input: number): boolean {
    return (this.operator.inputs[input] ?? -1) >= 0;
  }

  /** The tensor at an input; a result that only renames a constant is that constant. */
  tensor(input: number): TfliteTensor {
    const index = this.operator.inputs[input] ?? -1;
    const tensor = this.state.constants.get(index) ?? this.state.model.tensors[index];
    if (tensor === undefined) refuse(`needs input ${input}, but has only ${this.inputCount} inputs`);
    return tensor;
  }

  /** Whether the input is known before the network runs. */
  isConstant(input: number): boolean {
    return this.tensor(input).data !== undefined;
  }

  /** The graph value of real numbers at an input; a constant becomes a parameter, stored integers are dequantized. */
  value(input: number): string {
    const tensor = this.tensor(input);
    const known = this.state.values.get(tensor.index);
    if (known !== undefined) return known;
    const integers = this.state.stored.get(tensor.index);
    if (integers !== undefined) {
      const { builder } = this.state;
      const name = builder.node('dequantize', [integers], {}, builder.uniqueName(`${integers}/dequantize`));
      this.state.values.set(tensor.index, name);
      return name;
    }
    if (tensor.data === undefined)
      refuse(`reads ${describeTensor(tensor)}, which nothing before it computes`);
    const name = this.parameter(valueName(tensor), this.#real(tensor), 'constant');
    this.state.values.set(tensor.index, name);
    return name;
  }

  /** The graph value of stored integers at an input; a quantized constant becomes a parameter. */
  storedValue(input: number): string | undefined {
    const tensor = this.tensor(input);
    const known = this.state.stored.get(tensor.index);
    if (known !== undefined || tensor.data === undefined || tensor.quantization === undefined) return known;
    const name = this.parameter(valueName(tensor), this.storedConstant(input, 'the constant'), 'constant');
    this.state.stored.set(tensor.index, name);
    return name;
  }

  /** A constant input as it is stored. */
  storedConstant(input: number, what: string): Tensor {
    this.#expectConstant(input, what);
    const tensor = this.tensor(input);
    return this.state.derived.of(tensor, 'stored', () => readStored(tensor, this.state.budget));
  }

  /** The shape of the graph value at an input. */
  shape(input: number): Shape {
    const stored = this.state.stored.get(this.tensor(input).index);
    return this.state.builder.typeOf(stored ?? this.value(input)).shape;
  }

  /** What is known of the numbers at an input. */
  range(input: number): Interval {
    return this.state.ranges.get(this.value(input)) ?? everything;
  }

  /** The real numbers of a constant input. */
  constant(input: number, what: string): Tensor<'float32'> {
    this.#expectConstant(input, what);
    return this.#real(this.tensor(input));
  }

  /** Weights with their dimensions in another order, as `transposeTensor` makes them. */
  transposed<D extends DType>(weights: Tensor<D>, permutation: readonly number[]): Tensor<D> {
    return this.state.derived.transpose(weights, permutation);
  }

  /** The integers of a constant input. */
  integers(input: number, what: string): number[] {
    this.#expectConstant(input, what);
    return readIntegers(this.tensor(input), this.state.budget);
  }

  /** The operator's options, checked to be the schema's member `type`; all defaults where the file has none. */
  options(type: number): OptionsReader {
    const { options, optionsType } = this.operator;
    if (options !== undefined && optionsType !== type) {
      refuse(`has options of kind ${optionsType}, but the op's are of kind ${type}`);
    }
    return new OptionsReader(options);
  }

  /** Adds a parameter with its numbers, where they are none yet in this role; the name is made unique. */
  parameter(name: string, tensor: Tensor, role: ParameterRole): string {
    const { builder, parameters, weights } = this.state;
    return parameters.nameOf(tensor, role, () => {
      const unique = builder.uniqueName(name);
      const { shape, dtype, quantization } = tensor;
      builder.parameter(unique, shape, role, dtype, quantization);
      weights.set(unique, tensor);
      return unique;
    });
  }

  /** Appends a node that is not the operator's last; it is named `<output>/<op>`. */
  helper<Name extends OpName>(op: Name, inputs: readonly string[], attributes: AttributesOf[Name]): string {
    const name = this.state.builder.uniqueName(`${valueName(this.output)}/${op}`);
    return this.state.builder.node(op, inputs, attributes, name);
  }

  /** Appends a result as a node that is not the operator's last. */
  emitHelper({ op, emit }: NodeResult): string {
    return emit(this.state.builder.uniqueName(`${valueName(this.output)}/${op}`));
  }

  /** The operator's last node, for the importer to name and to clamp. */
  node<Name extends OpName>(
    op: Name,
    inputs: readonly string[],
    attributes: AttributesOf[Name],
    more: Pick<NodeResult, 'range' | 'activation' | 'isStored'> = {},
  ): NodeResult {
    const emit = (name: string): string => this.state.builder.node(op, inputs, attributes, name);
    return { kind: 'node', op, emit, ...more };
  }

  #real(tensor: TfliteTensor): Tensor<'float32'> {
    return this.state.derived.of(tensor, 'real', () => readConstant(tensor, this.state.budget));
  }

  #expectConstant(input: number, what: string): void {
    if (this.isConstant(input)) return;
    const tensor = this.tensor(input);
    refuse(
      `${what} must be a constant, but ${describeTensor(tensor)} of ${formatShape(tensor.shape)} is computed by the network`,
    );
  }
}

/** Turns one operator into nodes: one result, or one for each output. */
export type OperatorReader = (context: OperatorContext) => OperatorResult | readonly OperatorResult[];

/** Turns an operator on stored integers into nodes; `undefined` where its types are not those of integer arithmetic. */
export type IntegerReader = (
  context: OperatorContext,
) => OperatorResult | readonly OperatorResult[] | undefined;

/** Reads the operators of a subgraph in a state of its own. */
export type ReadSubgraph = (state: ImportState) => void;

/** Readers by TFLite's name of the operator. */
export interface Readers {
  readonly operators: ReadonlyMap<string, OperatorReader>;
  /** Of operators that run subgraphs; absent where the file has none. */
  readonly control?: (state: ImportState, operator: TfliteOperator, read: ReadSubgraph) => void;
  /** Of variables, which keep nothing here; absent where the file has none. */
  readonly variables?: (model: TfliteModel) => {
    readonly model: TfliteModel;
    readonly warnings: readonly string[];
  };
  /** Of what the file says beside the network; absent where it says nothing. */
  readonly metadata?: (source: MetadataSource) => About;
  /** Of operators on stored integers; absent where the network computes with real numbers. */
  readonly integers?: ReadonlyMap<string, IntegerReader>;
}

/** The fields of an options table, with the schema's defaults where the table is absent. */
export class OptionsReader {
  readonly #table: FlatTable | undefined;

  constructor(table: FlatTable | undefined) {
    this.#table = table;
  }

  int8(slot: number, name: string): number {
    return this.#table?.int8(slot, name) ?? 0;
  }

  int32(slot: number, name: string, absent = 0): number {
    return this.#table?.int32(slot, name, absent) ?? absent;
  }

  float32(slot: number, name: string): number {
    return this.#table?.float32(slot, name) ?? 0;
  }

  boolean(slot: number, name: string): boolean {
    return (this.#table?.int8(slot, name) ?? 0) !== 0;
  }

  /** One integer per dimension. */
  int32s(slot: number, name: string): number[] {
    const values = this.#table?.int32s(slot, name) ?? [];
    if (values.length > maxRank) {
      refuse(`has ${values.length} numbers in ${name}, but at most ${maxRank} dimensions are supported`);
    }
    return values;
  }
}
