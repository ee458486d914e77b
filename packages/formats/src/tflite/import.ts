import { GraphBuilder } from '@sepconv/graph';
import { formatShape, type Normalization, type Tensor } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { countBy } from '../count-by.js';
import { Derived, SharedParameters } from '../derived.js';
import { quote, refuse, within } from '../errors.js';
import type {
  Arithmetic,
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ReadOptions,
  StoredQuantization,
} from '../imported-network.js';
import { Parts, placedValues } from '../partial.js';
import { chooseClamp, clampInterval, everything, intersect } from '../range.js';
import { recognizePatterns } from '../recognize.js';
import { describeTensor, readConstant } from './constants.js';
import {
  type ImportState,
  type NodeResult,
  OperatorContext,
  type OperatorResult,
  valueName,
} from './context.js';
import { cutAt, tensorName } from './cut.js';
import { isFoldable, readsShape, tryFold } from './fold.js';
import { byteQuantization, emitStored } from './integer/emit.js';
import { integerReaders } from './integer/registry.js';
import type { TfliteModel, TfliteOperator, TfliteTensor } from './model.js';
import { operatorReaders } from './ops/registry.js';
import { activationInterval, type ValueQuantization, valueQuantization } from './range.js';

/** How messages call an operator. */
function describeOperator({ op, index, outputs }: TfliteOperator, { tensors }: TfliteModel): string {
  const [output = -1] = outputs;
  const tensor = tensors[output];
  return `TFLite operator ${index} ${op}${tensor === undefined ? '' : ` ${quote(valueName(tensor))}`}`;
}

/** Tensors that are constants, or that operators compute from nothing but constants and shapes. */
function knownTensors({ operators, tensors }: TfliteModel): ReadonlySet<number> {
  const known = new Set(tensors.filter(({ data }) => data !== undefined).map(({ index }) => index));
  for (const { op, inputs, outputs } of operators) {
    const isKnown = isFoldable(op) && (readsShape(op) || inputs.every((input) => known.has(input)));
    if (isKnown) for (const output of outputs) known.add(output);
  }
  return known;
}

/** Operators whose results reach an output. A reshape's shape counts only where it is known: see `readReshape`. */
export function liveOperators(model: TfliteModel): TfliteOperator[] {
  const needed = new Set(model.outputs);
  const known = knownTensors(model);
  return model.operators
    .toReversed()
    .filter(({ op, inputs, outputs }) => {
      if (!outputs.some((output) => needed.has(output))) return false;
      inputs.forEach((input, i) => {
        if (op !== 'RESHAPE' || i === 0 || known.has(input)) needed.add(input);
      });
      return true;
    })
    .toReversed();
}

/** Whether an operator can be read: it has a reader, or can be computed at load. */
export const isReadable = (op: string): boolean => operatorReaders.has(op) || isFoldable(op);

function expectSupported(operators: readonly TfliteOperator[], model: TfliteModel): void {
  const counts = countBy(operators, ({ op }) => (isReadable(op) ? undefined : op));
  if (counts.size === 0) return;
  const list = [...counts].map(
    ([op, { count, first }]) => `${op} (${count}×, first: ${describeOperator(first, model)})`,
  );
  refuse(
    `the model uses ${counts.size} ops that cannot be read: ${list.slice(0, 20).join('; ')}. Supported are ${[...operatorReaders.keys()].join(', ')}.`,
  );
}

function storedQuantization(quantization: ValueQuantization | undefined): {
  quantization?: StoredQuantization;
} {
  if (quantization === undefined) return {};
  const { dtype, scale, zeroPoint } = quantization;
  return { quantization: { dtype, scale, zeroPoint } };
}

/** Bytes of a pixel go into uint8 as they are, and into int8 less 128. */
function pixelNormalization(quantization: ValueQuantization | undefined): { normalization?: Normalization } {
  if (quantization === undefined || quantization.dtype === 'int16') return {};
  const { dtype, scale, zeroPoint } = quantization;
  const mean = dtype === 'uint8' ? zeroPoint : zeroPoint + 128;
  return { normalization: { mean, standardDeviation: 1 / scale } };
}

function importInput(state: ImportState, index: number): ImportedInput {
  const { model, builder, budget, values, stored, ranges } = state;
  const tensor = model.tensors[index] as TfliteTensor;
  const what = `the input ${describeTensor(tensor)}`;
  if (values.has(index) || stored.has(index)) refuse(`${what} is listed as an input twice`);
  if (tensor.data !== undefined) refuse(`${what} is a constant, so nothing can be put in`);
  budget.checkValue(tensor.shape, what);
  const quantization = valueQuantization(tensor);
  const bytes = state.arithmetic === 'integer' ? byteQuantization(tensor) : undefined;
  const unique = builder.uniqueName(valueName(tensor));
  const name =
    bytes === undefined
      ? builder.input(unique, tensor.shape)
      : builder.input(unique, tensor.shape, bytes.dtype, {
          scale: [bytes.scale],
          zeroPoint: [bytes.zeroPoint],
        });
  (bytes === undefined ? values : stored).set(index, name);
  ranges.set(name, quantization?.range ?? everything);
  const isImage = tensor.shape.length === 4;
  return {
    name,
    shape: [...tensor.shape],
    ...storedQuantization(quantization),
    ...(isImage && pixelNormalization(quantization)),
  };
}

/** Appends the operator's last node and, where the result can leave what activation and type allow, a clamp. */
function emitNode(context: OperatorContext, result: NodeResult, tensor: TfliteTensor): string {
  const { builder, outputs, ranges } = context.state;
  const quantization = valueQuantization(tensor);
  const produced = result.range ?? everything;
  const activation = activationInterval(result.activation ?? 0);
  const allowed = intersect(activation, quantization?.range ?? everything);
  const clamp = chooseClamp(produced, allowed, quantization?.scale ?? 0);

  // An output of the network keeps the name that the file gives it; inside, the layer's name says more.
  const isOutput = outputs.has(tensor.index);
  const fused = result.activation !== undefined && !isOutput;
  const base = fused ? context.layer : valueName(tensor);
  const unique = (name: string): string => builder.uniqueName(name);
  if (clamp === undefined) {
    const name = result.emit(unique(base));
    ranges.set(name, produced);
    return name;
  }
  const inner = result.emit(unique(isOutput ? `${base}/${result.op}` : base));
  const name = unique(isOutput ? base : `${base}/${clamp.op}`);
  const { op, ...bounds } = clamp;
  if (op === 'clamp') builder.node('clamp', [inner], bounds, name);
  else builder.node(op, [inner], {}, name);
  ranges.set(name, intersect(produced, clampInterval(clamp)));
  return name;
}

/** Another name for input 0; a node only where the new type clips, or where an output needs a name of its own. */
function emitSame(context: OperatorContext, tensor: TfliteTensor): string | undefined {
  const { outputs, constants } = context.state;
  const quantization = valueQuantization(tensor);
  const isOutput = outputs.has(tensor.index);
  if (context.isConstant(0) && quantization === undefined && !isOutput) {
    constants.set(tensor.index, context.tensor(0));
    return undefined;
  }
  const value = context.value(0);
  const range = context.range(0);
  const clamp = chooseClamp(range, quantization?.range ?? everything, quantization?.scale ?? 0);
  if (clamp === undefined && !isOutput) return value;
  const shape = context.shape(0);
  return emitNode(context, context.node('reshape', [value], { shape }, { range }), tensor);
}

function importOperator(state: ImportState, operator: TfliteOperator): void {
  const context = new OperatorContext(state, operator);
  const readIntegers = state.arithmetic === 'integer' ? integerReaders.get(operator.op) : undefined;
  const tensors = operator.outputs.map((index) => state.model.tensors[index] as TfliteTensor);
  for (const tensor of tensors) {
    if (
      state.values.has(tensor.index) ||
      state.stored.has(tensor.index) ||
      state.constants.has(tensor.index) ||
      tensor.data !== undefined
    ) {
      refuse(`computes ${describeTensor(tensor)}, which is an input, a constant or computed already`);
    }
  }
  const folded = tryFold(context);
  if (folded !== undefined) {
    folded.forEach((constant) => {
      keepConstant(context, constant);
    });
    return;
  }
  const read =
    operatorReaders.get(operator.op) ??
    refuse(
      isFoldable(operator.op)
        ? 'depends on what the network computes, and is no op of a graph'
        : 'cannot be read',
    );
  const result = readIntegers?.(context) ?? read(context);
  const results = 'kind' in result ? [result] : result;
  if (results.length !== tensors.length) {
    refuse(`must have ${results.length} outputs, but has ${tensors.length}`);
  }
  results.forEach((one, i) => {
    importResult(context, one, tensors[i] as TfliteTensor);
  });
}

/** Keeps a result that is known; one that the network gives becomes a value of it. */
function keepConstant(context: OperatorContext, constant: TfliteTensor): void {
  const { constants, outputs, values, budget, builder } = context.state;
  constants.set(constant.index, constant);
  if (!outputs.has(constant.index)) return;
  const name = valueName(constant);
  const numbers = context.parameter(`${name}/constant`, readConstant(constant, budget), 'constant');
  values.set(
    constant.index,
    builder.node('reshape', [numbers], { shape: constant.shape }, builder.uniqueName(name)),
  );
}

/** Whether a result has the shape that the file says; what that leaves open, it says as 1. */
function hasShape(shape: readonly number[], { shape: said, signature }: TfliteTensor): boolean {
  const isOpen = (axis: number): boolean => (signature?.[axis] ?? 0) < 0;
  return shape.length === said.length && shape.every((extent, axis) => extent === said[axis] || isOpen(axis));
}

/** Appends what an output becomes, and checks it against what the file says of it. */
function importResult(context: OperatorContext, result: OperatorResult, tensor: TfliteTensor): void {
  const { state } = context;
  const bytes = state.arithmetic === 'integer' ? byteQuantization(tensor) : undefined;
  const values = bytes === undefined ? state.values : state.stored;
  const name =
    bytes !== undefined
      ? emitStored(context, result, tensor, bytes)
      : result.kind === 'node'
        ? emitNode(context, result, tensor)
        : emitSame(context, tensor);
  if (name === undefined) return;
  if (values.has(tensor.index)) refuse(`computes ${describeTensor(tensor)} twice`);
  values.set(tensor.index, name);
  const { shape } = state.builder.typeOf(name);
  state.budget.checkValue(shape, 'the output');
  if (!hasShape(shape, tensor)) {
    refuse(
      `gives ${formatShape(shape)}, but the file says that ${describeTensor(tensor)} is ${formatShape(tensor.shape)}`,
    );
  }
}

function importOutput(state: ImportState, index: number): ImportedOutput {
  const tensor = state.model.tensors[index] as TfliteTensor;
  const name =
    state.stored.get(index) ??
    state.values.get(index) ??
    refuse(`the output ${describeTensor(tensor)} is computed by no operator and is no input`);
  const quantization = valueQuantization(tensor);
  return { name, shape: state.builder.typeOf(name).shape, ...storedQuantization(quantization) };
}

/** An imported model, and which graph value each of the file's tensors became. */
export interface ImportedModel {
  readonly imported: ImportedNetwork;
  readonly values: ReadonlyMap<number, string>;
}

/** Options of the TFLite reader. */
export interface TfliteOptions extends ReadOptions {
  /** What a quantized network is computed with. Default `'float32'`. */
  readonly arithmetic?: Arithmetic;
}

/** Reads the operators in turn; in a partial read, results of one that is left out are inputs of the network. */
function importOperators(
  state: ImportState,
  operators: readonly TfliteOperator[],
  parts: Parts,
): { readonly cut: ImportedInput[]; readonly loose: number[] } {
  const cut: ImportedInput[] = [];
  const loose: number[] = [];
  for (const operator of operators) {
    const place = describeOperator(operator, state.model);
    const name = state.model.tensors[operator.outputs[0] ?? -1]?.name ?? place;
    const isRead = parts.attempt({ op: operator.op, name }, () =>
      within(place, () =>
        isReadable(operator.op) ? importOperator(state, operator) : refuse('cannot be read'),
      ),
    );
    if (isRead) continue;
    loose.push(...operator.inputs.filter((index) => state.values.has(index) || state.stored.has(index)));
    for (const index of operator.outputs) {
      for (const known of [state.values, state.stored, state.constants]) known.delete(index);
      new Parts(true).attempt({ op: operator.op, name }, () => cut.push(importInput(state, index)));
    }
  }
  return { cut, loose };
}

/** The outputs that there are: in a partial read, what was left out would have read values that are outputs then. */
function importOutputs(state: ImportState, loose: readonly number[], isPartial: boolean): ImportedOutput[] {
  const { model, values, stored } = state;
  if (!isPartial) return model.outputs.map((index) => importOutput(state, index));
  const isInput = (index: number): boolean => model.inputs.includes(index);
  const indices = [...new Set([...model.outputs, ...loose])].filter(
    (index) => (values.has(index) || stored.has(index)) && !isInput(index),
  );
  if (indices.length === 0) refuse('nothing of the model can be read');
  return indices.map((index) => importOutput(state, index));
}

/** States of an LSTM begin with zeros in every run; what else outlives a run is refused. */
function checkVariables(operators: readonly TfliteOperator[], { model, warnings }: ImportState): void {
  for (const { op, inputs } of operators) {
    const variables = inputs
      .map((index) => model.tensors[index])
      .filter((tensor): tensor is TfliteTensor => tensor?.isVariable === true);
    const [variable] = variables;
    if (variable === undefined) continue;
    if (op !== 'UNIDIRECTIONAL_SEQUENCE_LSTM')
      refuse(`${describeTensor(variable)} is a variable that outlives a run, which is not supported`);
    warnings.push(
      `The state ${describeTensor(variable)} begins with zeros in every run, as the runtime's does in its first.`,
    );
  }
}

/** Builds the network of a model. */
export function importModel(whole: TfliteModel, fileBytes: number, options: TfliteOptions): ImportedModel {
  const model = options.until === undefined ? whole : cutAt(whole, options.until);
  const parts = new Parts(options.partial);
  const state: ImportState = {
    model,
    builder: new GraphBuilder(options.name ?? 'tflite'),
    weights: new Map<string, Tensor>(),
    parameters: new SharedParameters(),
    derived: new Derived(),
    budget: new Budget(fileBytes, options.maxElements),
    arithmetic: options.arithmetic ?? 'float32',
    values: new Map(),
    stored: new Map(),
    constants: new Map(),
    outputs: new Set(model.outputs),
    ranges: new Map(),
    warnings: [],
  };
  if (model.subgraphCount > 1) {
    state.warnings.push(
      `The file has ${model.subgraphCount} subgraphs; only the first one, the main one, was read.`,
    );
  }
  const operators = liveOperators(model);
  if (!parts.isPartial) {
    expectSupported(operators, model);
    checkVariables(operators, state);
  }
  if (model.inputs.length === 0) refuse('the model has no input');
  if (model.outputs.length === 0) refuse('the model has no output');
  const inputs = model.inputs.map((index) => importInput(state, index));
  const { cut, loose } = importOperators(state, operators, parts);
  const outputs = importOutputs(state, loose, parts.isPartial);
  const graph = within('the TFLite model', () => state.builder.build(outputs.map(({ name }) => name)));
  const network = recognizePatterns({ graph, weights: state.weights });
  // Constants that nodes read as they are have no place; their types may be others than values have.
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const computed = [...state.values, ...state.stored].flatMap(([index, name]) => {
    if (parameters.has(name)) return [];
    const quantization = valueQuantization(model.tensors[index] as TfliteTensor);
    return [[tensorName(model, index), { name, ...storedQuantization(quantization) }] as const];
  });
  const imported: ImportedNetwork = {
    network,
    inputs: [...inputs, ...cut],
    outputs,
    warnings: state.warnings,
    values: placedValues(computed, network.graph),
    left: parts.left,
    format: 'tflite',
  };
  return { imported, values: state.values };
}
