import { eliminateDeadNodes, GraphBuilder } from '@sepconv/graph';
import { formatShape, type Tensor } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { countBy } from '../count-by.js';
import { Derived, SharedParameters } from '../derived.js';
import { quote, refuse, within } from '../errors.js';
import type { Arithmetic, ImportedInput, ImportedNetwork, ReadOptions } from '../imported-network.js';
import { withNormalization } from '../metadata/normalization.js';
import type { InputShapes } from '../onnx/input-shapes.js';
import { Parts, placedValues } from '../partial.js';
import { chooseClamp, clampInterval, everything, intersect } from '../range.js';
import { recognizePatterns } from '../recognize.js';
import { describeTensor, readConstant } from './constants.js';
import {
  type ImportState,
  type NodeResult,
  OperatorContext,
  type OperatorResult,
  type Readers,
  valueName,
} from './context.js';
import { cutAt, tensorName } from './cut.js';
import { isFoldable, readsShape, tryFold } from './fold.js';
import { importInput, isResized, storedQuantization } from './inputs.js';
import { byteQuantization, emitStored } from './integer/emit.js';
import type { TfliteModel, TfliteOperator, TfliteSubgraph, TfliteTensor } from './model.js';
import { importOutputs } from './outputs.js';
import { activationInterval, valueQuantization } from './range.js';
import { isControl, statefulOperators } from './readers.js';

/** How messages call an operator. */
function describeOperator({ op, index, outputs }: TfliteOperator, { tensors }: TfliteModel): string {
  const [output = -1] = outputs;
  const tensor = tensors[output];
  return `TFLite operator ${index} ${op}${tensor === undefined ? '' : ` ${quote(valueName(tensor))}`}`;
}

/** Tensors that are constants, or that operators compute from nothing but constants and shapes. */
function knownTensors({ operators, tensors }: TfliteSubgraph): ReadonlySet<number> {
  const known = new Set(tensors.filter(({ data }) => data !== undefined).map(({ index }) => index));
  for (const { op, inputs, outputs } of operators) {
    const isKnown = isFoldable(op) && (readsShape(op) || inputs.every((input) => known.has(input)));
    if (isKnown) for (const output of outputs) known.add(output);
  }
  return known;
}

/** Whether an operator's result is complex: it is read where real numbers are made of it. */
const isComplex = ({ outputs }: TfliteOperator, { tensors }: TfliteSubgraph): boolean =>
  outputs.some((output) => tensors[output]?.type === 'complex64');

/**
 * Operators whose results reach an output. A reshape's shape counts only where it is known: see `readReshape`. Those that give complex
 * numbers are read with what makes real ones of them.
 */
export function liveOperators(model: TfliteSubgraph): TfliteOperator[] {
  const needed = new Set(model.outputs);
  const known = knownTensors(model);
  return model.operators
    .toReversed()
    .filter((operator) => {
      const { op, inputs, outputs } = operator;
      if (!outputs.some((output) => needed.has(output))) return false;
      inputs.forEach((input, i) => {
        if (op !== 'RESHAPE' || i === 0 || known.has(input)) needed.add(input);
      });
      return !isComplex(operator, model);
    })
    .toReversed();
}

/** Whether an operator can be read: it has a reader, or can be computed at load. */
export const isReadable = (op: string, { operators }: Readers): boolean =>
  operators.has(op) || isFoldable(op) || isControl(op);

function expectSupported(
  operators: readonly TfliteOperator[],
  { model, readers }: Pick<ImportState, 'model' | 'readers'>,
): void {
  const counts = countBy(operators, ({ op }) => (isReadable(op, readers) ? undefined : op));
  if (counts.size === 0) return;
  const list = [...counts].map(
    ([op, { count, first }]) => `${op} (${count}×, first: ${describeOperator(first, model)})`,
  );
  if (counts.has('CUSTOM "edgetpu-custom-op"') || counts.has('CUSTOM "ethos-u"')) {
    refuse(
      `the model is compiled for an accelerator: ${list.slice(0, 20).join('; ')}, whose code only that runs. Take the file that it was compiled from, which is often called the same without _edgetpu or _vela.`,
    );
  }
  refuse(
    `the model uses ${counts.size} ops that cannot be read: ${list.slice(0, 20).join('; ')}. Supported are ${[...readers.operators.keys()].join(', ')}.`,
  );
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
  const readIntegers = state.readers.integers?.get(operator.op);
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
  if (isControl(operator.op)) {
    state.readers.control?.(state, operator, importSubgraph);
    return;
  }
  const folded = tryFold(context);
  if (folded !== undefined) {
    folded.forEach((constant) => {
      keepConstant(context, constant);
    });
    return;
  }
  const read =
    state.readers.operators.get(operator.op) ??
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

/** Reads all operators of a subgraph that an operator of another one runs. */
function importSubgraph(state: ImportState): void {
  const operators = liveOperators(state.model);
  expectSupported(operators, state);
  checkVariables(operators, state);
  for (const operator of operators)
    within(
      () => describeOperator(operator, state.model),
      () => importOperator(state, operator),
    );
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
  // No dimensions are also what a converter writes where it does not know them, as of what a custom operator gives.
  if (said.length === 0) return true;
  const isOpen = (axis: number): boolean => (signature?.[axis] ?? 0) < 0;
  return shape.length === said.length && shape.every((extent, axis) => extent === said[axis] || isOpen(axis));
}

/** Appends what an output becomes, and checks it against what the file says of it. */
function importResult(context: OperatorContext, result: OperatorResult, tensor: TfliteTensor): void {
  const { state } = context;
  const bytes = state.arithmetic !== 'float32' ? byteQuantization(tensor) : undefined;
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
  // In a loop a shape may be another in every round.
  if (!state.isResized && state.depth === 0 && !hasShape(shape, tensor)) {
    refuse(
      `gives ${formatShape(shape)}, but the file says that ${describeTensor(tensor)} is ${formatShape(tensor.shape)}`,
    );
  }
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
  /** Shapes of inputs by name, where they shall have others than the file says, such as another batch or size. */
  readonly shapes?: InputShapes;
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
        isReadable(operator.op, state.readers) ? importOperator(state, operator) : refuse('cannot be read'),
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

/** States of an LSTM begin with zeros in every run; what else outlives a run is refused. */
function checkVariables(operators: readonly TfliteOperator[], { model, warnings }: ImportState): void {
  for (const { op, inputs } of operators) {
    const variables = inputs
      .map((index) => model.tensors[index])
      .filter((tensor): tensor is TfliteTensor => tensor?.isVariable === true);
    const [variable] = variables;
    if (variable === undefined) continue;
    if (!statefulOperators.has(op))
      refuse(`${describeTensor(variable)} is a variable that outlives a run, which is not supported`);
    warnings.push(
      `The state ${describeTensor(variable)} begins with zeros in every run, as the runtime's does in its first.`,
    );
  }
}

/** Builds the network of a model. */
export function importModel(
  whole: TfliteModel,
  fileBytes: number,
  options: TfliteOptions,
  readers: Readers,
): ImportedModel {
  const { model: running, warnings: ofVariables } = readers.variables?.(whole) ?? {
    model: whole,
    warnings: [],
  };
  const model = options.until === undefined ? running : cutAt(running, options.until);
  const parts = new Parts(options.partial);
  const about = (model.beside && readers.metadata?.(model.beside)) ?? { metadata: {}, warnings: [] };
  const state: ImportState = {
    model,
    producers: new Map(
      model.operators.flatMap((operator) => operator.outputs.map((output) => [output, operator] as const)),
    ),
    builder: new GraphBuilder(options.name ?? 'tflite'),
    weights: new Map<string, Tensor>(),
    parameters: new SharedParameters(),
    derived: new Derived(),
    budget: new Budget(fileBytes, options.maxElements),
    readers,
    arithmetic: options.arithmetic ?? 'float32',
    values: new Map(),
    stored: new Map(),
    constants: new Map(),
    outputs: new Set(model.outputs),
    shapes: options.shapes ?? {},
    isResized: isResized(model, options.shapes),
    ranges: new Map(),
    warnings: [...about.warnings, ...ofVariables],
    depth: 0,
  };
  if (model.subgraphCount > 1 && running === whole && !model.operators.some(({ op }) => isControl(op))) {
    state.warnings.push(
      `The file has ${model.subgraphCount} subgraphs; only the first one, the main one, was read.`,
    );
  }
  const operators = liveOperators(model);
  if (!parts.isPartial) {
    expectSupported(operators, state);
    checkVariables(operators, state);
  }
  if (model.inputs.length === 0) refuse('the model has no input');
  if (model.outputs.length === 0) refuse('the model has no output');
  const inputs = model.inputs.map((index) => importInput(state, index));
  const { cut, loose } = importOperators(state, operators, parts);
  const outputs = importOutputs(state, loose, parts.isPartial);
  const graph = within('the TFLite model', () => state.builder.build(outputs.map(({ name }) => name)));
  // What integers are gathered by is read as real numbers first, which nobody needs then.
  const network = eliminateDeadNodes(recognizePatterns({ graph, weights: state.weights }));
  // Constants that nodes read as they are have no place; their types may be others than values have.
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const computed = [...state.values, ...state.stored].flatMap(([index, name]) => {
    if (parameters.has(name)) return [];
    const quantization = valueQuantization(model.tensors[index] as TfliteTensor);
    return [[tensorName(model, index), { name, ...storedQuantization(quantization) }] as const];
  });
  const said = withNormalization([...inputs, ...cut], about.metadata);
  // Of quantized pixels, their scale and zero point say it exactly.
  const { normalization } = said[0] ?? {};
  const metadata = { ...about.metadata, ...(normalization && { normalization }) };
  const imported: ImportedNetwork = {
    network,
    inputs: said,
    outputs,
    warnings: state.warnings,
    values: placedValues(computed, network.graph),
    left: parts.left,
    metadata,
    format: 'tflite',
  };
  return { imported, values: state.values };
}
