import { GraphBuilder } from '@sepconv/graph';
import { formatShape, sameShape, type Tensor } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { countBy } from '../count-by.js';
import { SharedParameters } from '../derived.js';
import { quote, refuse, within } from '../errors.js';
import type { ExternalData } from '../external-data.js';
import { checkKnownShape } from '../fold/known.js';
import {
  type Arithmetic,
  type ImportedNetwork,
  type ImportedOutput,
  type ImportedValue,
  outputNames as namesOfOutputs,
  openOutputWarning,
  type ReadOptions,
} from '../imported-network.js';
import { withNormalization } from '../metadata/normalization.js';
import { Parts, placedValues, refuseUntil } from '../partial.js';
import { recognizePatterns } from '../recognize.js';
import { Scope } from '../scope.js';
import type { Constant } from './constant.js';
import { type ImportState, NodeContext, type Readers, shorten } from './context.js';
import { DecodedWeights } from './decoded-weights.js';
import { ExternalFiles } from './external-data.js';
import { foldableOps } from './fold/registry.js';
import { controlOps, describeNode, importNodes, liveNodes } from './import-nodes.js';
import { importInputs } from './input.js';
import type { Dimensions, InputShapes } from './input-shapes.js';
import { dequantizedValues } from './integers.js';
import { channelsLast, isInOrder, naturalOrder, orderOf, shapeOf } from './layout.js';
import { type ElementType, namesRead, type OnnxModel, type OnnxNode } from './model.js';
import { withFileNames } from './output-names.js';

/** Options of the ONNX reader. */
export interface OnnxOptions extends ReadOptions {
  /**
   * Sizes of the dimensions that the file leaves open, by their names in the file, such as `{ height: 224 }`. An open
   * first dimension, the batch, is 1 by default.
   */
  readonly dimensions?: Dimensions;
  /**
   * Whole shapes of inputs by their names, as the file counts: `{ x: [1, 3, 48, 192] }` for N, C, H, W. What the file
   * fixes has to agree.
   */
  readonly shapes?: InputShapes;
  /** Inputs of the file that are known when the network is built, such as weights or axes, by their names. */
  readonly constants?: ReadonlyMap<string, OnnxTensor>;
  /**
   * The files beside the model that hold weights, by their paths relative to it (`model.onnx.data`, `weights/a.bin`): a map,
   * or a function that gives a file's bytes. A path never leaves the model's folder. `openOnnx` lists what is needed.
   */
  readonly externalData?: ExternalData;
  /**
   * What becomes of a QuantizeLinear that only DequantizeLinear reads. `'float32'`, the default: numbers stay real, clipped to
   * what the type can store; `'integer'`: they are rounded as the file says. Everything else on integers (QLinearConv,
   * ConvInteger, an output that is quantized) is computed exactly either way.
   */
  readonly arithmetic?: Arithmetic;
}

/** A tensor as an ONNX file has it. */
export interface OnnxTensor {
  readonly type: ElementType;
  /** As the file counts: N, C, H, W for an image. A dimension may be 0. */
  readonly shape: readonly number[];
  /** In row-major order; 64-bit integers as far as doubles hold them. */
  readonly data: Float32Array | Float64Array;
}

/** Inputs that are given as constants, each of which the model must have. */
function boundConstants(model: OnnxModel, { constants }: OnnxOptions): Map<string, Constant> {
  const bound = new Map<string, Constant>();
  for (const [name, { type, shape, data }] of constants ?? []) {
    const what = `the constant for the input ${quote(name)}`;
    if (!model.inputs.some((input) => input.name === name)) {
      refuse(`${what} has no input to stand for: the model has no input of that name`);
    }
    const count = checkKnownShape(shape, what);
    if (count !== data.length) {
      refuse(`${what} of ${formatShape(shape)} needs ${count} numbers, but has ${data.length}`);
    }
    // A copy: the caller's array is the caller's.
    bound.set(name, { kind: 'constant', type, shape, data: data.slice() });
  }
  return bound;
}

/** Whether an op can be read, or at least be computed at load. */
export function isReadable({ op, domain }: Pick<OnnxNode, 'op' | 'domain'>, { nodes }: Readers): boolean {
  return domain === '' && (nodes.has(op) || foldableOps.includes(op) || controlOps.has(op));
}

/** How an op is called: standard ones by their name alone. */
export function fullOpName({ op, domain }: Pick<OnnxNode, 'op' | 'domain'>): string {
  return domain === '' ? op : `${domain}.${op}`;
}

/** Why files with these parts cannot be read. */
export const partReasons = {
  functions: 'functions that a file defines itself are not supported: export it with them inlined',
  sparse: 'sparse initializers are not supported: save the model with dense ones',
} as const;

function expectSupported(
  nodes: readonly OnnxNode[],
  { functions, sparseInitializers }: Pick<OnnxModel, 'functions' | 'sparseInitializers'>,
  readers: Readers,
): void {
  if (sparseInitializers > 0) refuse(partReasons.sparse);
  if (functions.length > 0) refuse(partReasons.functions);
  const counts = countBy(nodes, (node) => (isReadable(node, readers) ? undefined : fullOpName(node)));
  if (counts.size === 0) return;
  const list = [...counts].map(
    ([op, { count, first }]) => `${quote(op).slice(1, -1)} (${count}×, first: ${describeNode(first)})`,
  );
  refuse(
    `the model uses ${counts.size} ops that cannot be read: ${list.slice(0, 20).join('; ')}. Supported are ${[...readers.nodes.keys()].join(', ')}, and what can be computed at load.`,
  );
}

/** An output under its name in the file, with the dimensions one by one. */
function importOutput(state: ImportState, fileName: string): ImportedOutput {
  const node: OnnxNode = {
    name: fileName,
    op: 'Identity',
    domain: '',
    inputs: [fileName],
    outputs: [fileName],
    attributes: new Map(),
  };
  const context = new NodeContext(state, node);
  const value = context.integers(0) ?? context.value(0);
  // Where dimensions of 1 leave a choice, the shape that the graph value has already.
  const shape = shapeOf(value);
  const graphShape = context.graphShape(value.name);
  const order =
    [channelsLast(shape.length), naturalOrder(shape.length)].find(
      (candidate) =>
        isInOrder(value, candidate) &&
        sameShape(
          graphShape,
          candidate.map((axis) => shape[axis] as number),
        ),
    ) ??
    orderOf(value) ??
    naturalOrder(shape.length);
  const count = state.openRows.get(value.name);
  const inOrder = context.inOrder(value, order);
  const ordered =
    count === undefined
      ? inOrder
      : (state.readers.more?.withoutMissingRows(context, inOrder, count) ?? inOrder);
  const isNamed = ordered === shorten(fileName);
  const name = isNamed ? ordered : context.emit('reshape', [ordered], { shape: context.graphShape(ordered) });
  const isNatural = naturalOrder(order.length).every((axis) => order[axis] === axis);
  const result = { name, shape: context.graphShape(name), ...(!isNatural && { fileAxes: order }) };
  if (count === undefined) return result;
  state.warnings.push(openOutputWarning(fileName, result.shape, count));
  return { ...result, count };
}

/** The model with what the node of this name, or the one that computes a value of it, gives as its outputs. */
function cutAt(model: OnnxModel, name: string): OnnxModel {
  const found =
    model.nodes.find((node) => node.outputs.includes(name)) ?? model.nodes.find((node) => node.name === name);
  if (found === undefined) {
    return refuseUntil(
      name,
      model.nodes.map((node) => node.name || (node.outputs[0] ?? '')),
    );
  }
  const outputs = found.outputs.filter((output) => output !== '').map((output) => ({ name: output }));
  return { ...model, outputs };
}

/** Reads the nodes in turn; in a partial read, gives what those that are left out would have read. */
function importParts(
  state: ImportState,
  model: OnnxModel,
  bound: ReadonlyMap<string, Constant>,
  parts: Parts,
): string[] {
  const loose: string[] = [];
  importNodes(state, model, bound, (node, read) => {
    const name = node.name || (node.outputs[0] ?? '');
    const isRead = parts.attempt({ op: fullOpName(node), name }, () =>
      isReadable(node, state.readers) ? read() : refuse(`${describeNode(node)}: cannot be read`),
    );
    if (!isRead) loose.push(...namesRead(node));
  });
  return loose;
}

/** The names of the outputs that there are: in a partial read, what was left out would have read values that are outputs then. */
function outputNames(
  { values, outputs, builder }: ImportState,
  loose: readonly string[],
  isPartial: boolean,
): string[] {
  if (!isPartial) return [...outputs];
  const isComputed = (name: string): boolean => {
    const value = values.get(name);
    return value?.kind === 'value' && builder.producerOf(value.name) !== undefined;
  };
  const names = [...new Set([...outputs, ...loose])].filter(isComputed);
  if (names.length === 0) refuse('nothing of the model can be read');
  return names;
}

/** Where the file's values are in the graph; those whose elements lie in no order of the file's dimensions are left out. */
function* valuePlaces(
  { nodes, inputs }: OnnxModel,
  { values }: ImportState,
  renamed: (name: string) => string,
): Generator<readonly [string, ImportedValue]> {
  const fileNames = [...inputs.map(({ name }) => name), ...nodes.flatMap(({ outputs }) => outputs)];
  for (const fileName of fileNames) {
    const value = values.get(fileName);
    const order = value?.kind === 'value' ? orderOf(value) : undefined;
    if (value?.kind !== 'value' || order === undefined) continue;
    const isNatural = order.every((axis, i) => axis === i);
    yield [fileName, { name: renamed(value.name), ...(!isNatural && { fileAxes: order }) }];
  }
}

/** The nodes with whole operators in place of what is spelled out, and the other way round where only that can be read. */
function respelledNodes(
  model: OnnxModel,
  { arithmetic }: OnnxOptions,
  more: Readers['more'],
): readonly OnnxNode[] {
  if (more === undefined) return model.nodes;
  const recognized = more.recognizeGelu(model, more.spellOwnOperators(model.nodes));
  const withTables = more.joinTables(model, recognized);
  return arithmetic === 'integer' ? more.joinProducts(model, withTables) : withTables;
}

/** Builds the network of a model. */
export function importModel(
  whole: OnnxModel,
  fileBytes: number,
  options: OnnxOptions,
  readers: Readers,
  decoded = new DecodedWeights(),
): ImportedNetwork {
  const model = options.until === undefined ? whole : cutAt(whole, options.until);
  const parts = new Parts(options.partial);
  const bound = boundConstants(model, options);
  const boundBytes = [...bound.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const { more } = readers;
  const nodes = liveNodes({ ...model, nodes: respelledNodes(model, options, more) });
  expectSupported(parts.isPartial ? [] : nodes, model, readers);
  if (model.outputs.length === 0) refuse('the model has no output');
  const budget = new Budget(fileBytes + boundBytes, options.maxElements);
  const state: ImportState = {
    opset: model.opset,
    arithmetic: options.arithmetic ?? 'float32',
    dequantized: dequantizedValues(nodes, model.outputs, more?.ownIntegers(model.nodes)),
    builder: new GraphBuilder(options.name ?? (shorten(model.name) || 'onnx')),
    weights: new Map<string, Tensor>(),
    parameters: new SharedParameters(),
    budget,
    decoded,
    files: new ExternalFiles(options.externalData, budget),
    values: new Scope(bound),
    outputs: new Set(model.outputs.map(({ name }) => name)),
    openRows: new Map(),
    readers,
    warnings: [],
  };
  const inputs = importInputs(state, model, options);
  const loose = importParts(state, { ...model, nodes }, bound, parts);
  const fileNames = outputNames(state, loose, parts.isPartial);
  const outputs = fileNames.map((name) =>
    within(`the output ${quote(name)}`, () => importOutput(state, name)),
  );
  const graph = within('the ONNX model', () => state.builder.build(namesOfOutputs(outputs)));
  const named = withFileNames(graph, outputs, fileNames);
  const network = recognizePatterns({ graph: named.graph, weights: state.weights });
  const metadata = readers.metadata?.(model.properties) ?? {};
  return {
    network,
    inputs: withNormalization(inputs, metadata),
    outputs: named.outputs,
    warnings: state.warnings,
    values: placedValues(valuePlaces({ ...model, nodes }, state, named.renamed), network.graph),
    left: parts.left,
    metadata,
    format: 'onnx',
  };
}
