import { countBy } from '../../count-by.js';
import { quote, refuse } from '../../errors.js';
import { type ImportedValue, openOutputWarning } from '../../imported-network.js';
import { type Parts, refuseUntil } from '../../partial.js';
import { expectInputsNamed } from '../../stated-inputs.js';
import type { Emitter } from '../emitter.js';
import { resolveInputShape, type TfjsOptions } from '../input-shape.js';
import type { JsonObject } from '../json.js';
import type { ImportedLayers } from '../layers/import.js';
import type { WeightStore } from '../weights.js';
import { describeNode, Evaluation, isReadable as hasReader, type OutputValue } from './evaluate.js';
import { GraphNode, type NodeRef, readRef, readShape } from './graph-node.js';
import { nodeReaders } from './registry.js';

/** Ops that stand for an input. */
const placeholders: ReadonlySet<string> = new Set(['Placeholder', 'PlaceholderWithDefault']);

/** A graph model's nodes and what goes in and out. */
export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly inputs: readonly GraphNode[];
  readonly outputs: readonly NodeRef[];
  /** Shapes of inputs as the signature has them; the nodes often say less. */
  readonly inputShapes: ReadonlyMap<string, readonly (number | undefined)[]>;
}

/** The signature, which stands at one of two places, or nowhere in old files. */
function signatureOf(model: JsonObject): JsonObject | undefined {
  if (model.has('signature')) return model.object('signature');
  const metadata = model.has('userDefinedMetadata') ? model.object('userDefinedMetadata') : undefined;
  return metadata?.has('signature') ? metadata.object('signature') : undefined;
}

/** Entries of a part of the signature: the tensor that each one names, and its shape. */
function entriesOf(signature: JsonObject | undefined, part: string): { ref: NodeRef; json: JsonObject }[] {
  if (!signature?.has(part)) return [];
  const entries = signature.object(part);
  return entries.keys().map((key) => {
    const json = entries.object(key);
    return { ref: readRef(json.string('name', key)), json };
  });
}

/** Nodes that nobody reads. */
function loose(nodes: ReadonlyMap<string, GraphNode>): NodeRef[] {
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  return [...nodes.values()]
    .filter(({ name, op }) => !read.has(name) && op !== 'Const' && op !== 'NoOp' && !placeholders.has(op))
    .map(({ name }) => ({ node: name, output: 0 }));
}

/** Reads the nodes and the signature of a graph model. */
export function readGraphModel(model: JsonObject): GraphModel {
  const nodes = new Map<string, GraphNode>();
  for (const json of model.object('modelTopology').objects('node')) {
    const node = new GraphNode(json);
    if (nodes.has(node.name)) refuse(`two nodes are called ${quote(node.name)}`);
    nodes.set(node.name, node);
  }
  const signature = signatureOf(model);
  const inputShapes = new Map<string, readonly (number | undefined)[]>();
  for (const { ref, json } of entriesOf(signature, 'inputs')) {
    const shape = json.has('tensorShape') ? readShape(json.object('tensorShape')) : undefined;
    if (shape !== undefined) inputShapes.set(ref.node, shape);
  }
  const said = entriesOf(signature, 'outputs').map(({ ref }) => ref);
  return {
    nodes,
    inputs: [...nodes.values()].filter(({ op }) => placeholders.has(op)),
    outputs: said.length > 0 ? said : loose(nodes),
    inputShapes,
  };
}

/** Nodes that an output needs, in the file's order; loops read what they compute themselves. */
export function liveNodes({ nodes, outputs }: GraphModel): GraphNode[] {
  const needed = new Set<string>();
  const open = outputs.map(({ node }) => node);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const node =
      nodes.get(name) ?? refuse(`there is no node ${quote(name)}, which an output or a node reads`);
    for (const input of node.inputs) open.push(input.node);
  }
  return [...nodes.values()].filter(({ name }) => needed.has(name));
}

/** Whether a node can be read: it has a reader, or is an input. */
export const isReadable = (op: string): boolean => placeholders.has(op) || hasReader(op);

function expectSupported(nodes: readonly GraphNode[]): void {
  const counts = countBy(nodes, ({ op }) => (isReadable(op) ? undefined : op));
  if (counts.size === 0) return;
  const list = [...counts].map(
    ([op, { count, first }]) => `${quote(op).slice(1, -1)} (${count}×, first: ${describeNode(first)})`,
  );
  refuse(
    `the model uses ${counts.size} ops that cannot be read: ${list.slice(0, 20).join('; ')}. Supported are ${[...nodeReaders.keys()].join(', ')}.`,
  );
}

/** What an input may hold: whole numbers and truths are real numbers here. */
const inputTypes: ReadonlySet<string> = new Set(
  'DT_FLOAT DT_HALF DT_INT32 DT_INT64 DT_BOOL DT_UINT8'.split(' '),
);

function importInput(
  node: GraphNode,
  { inputShapes }: GraphModel,
  emitter: Emitter,
  options: TfjsOptions,
): string {
  const type = node.type('dtype');
  if (type !== '' && !inputTypes.has(type)) {
    refuse(`the input ${quote(node.name)} holds ${quote(type)}, but a network computes with numbers`);
  }
  if (type !== '' && type !== 'DT_FLOAT' && type !== 'DT_HALF') {
    emitter.warnings.push(
      `The input ${quote(node.name)} holds ${type.replace('DT_', '').toLowerCase()}; the network takes the same numbers as float32.`,
    );
  }
  const dims = inputShapes.get(node.name) ?? node.shape('shape');
  return emitter.input(node.name, resolveInputShape(node.name, dims, options));
}

function importOutput(ref: NodeRef, value: OutputValue | undefined): { name: string; count?: string } {
  if (value?.kind !== 'value')
    refuse(`the output ${quote(ref.node)} is a constant, which no network computes`);
  return value;
}

/** A graph model up to one of its nodes. */
function cutAt(model: GraphModel, name: string): GraphModel {
  const ref = readRef(name);
  if (!model.nodes.has(ref.node)) return refuseUntil(name, [...model.nodes.keys()]);
  return { ...model, outputs: [ref] };
}

/** The outputs that there are: in a partial read, what was left out would have read values that are outputs then. */
function outputValues(
  { outputs, inputs }: GraphModel,
  evaluation: Evaluation,
  isPartial: boolean,
): (readonly [NodeRef, OutputValue | undefined])[] {
  if (!isPartial) {
    const values = evaluation.values(outputs);
    return outputs.map((ref, i) => [ref, values[i]]);
  }
  const found = evaluation
    .valuesRead(outputs)
    .filter(([{ node }, { kind }]) => kind === 'value' && !inputs.some(({ name }) => name === node));
  if (found.length === 0) refuse('nothing of the model can be read');
  return [...new Map(found.map((one) => [`${one[0].node}:${one[0].output}`, one])).values()];
}

/** Where the nodes' results are in the graph: the first under the node's name, as TF.js calls it. */
function* placesOf(
  nodes: readonly GraphNode[],
  evaluation: Evaluation,
): Generator<readonly [string, ImportedValue]> {
  for (const { name } of nodes) {
    for (const [i, value] of evaluation.resultsOf(name).entries()) {
      if (value?.kind === 'value') yield [i === 0 ? name : `${name}:${i}`, { name: value.name }];
    }
  }
}

/** Imports a graph model. */
export function importGraph(
  model: JsonObject,
  emitter: Emitter,
  store: WeightStore,
  options: TfjsOptions,
  parts: Parts,
): ImportedLayers {
  const whole = readGraphModel(model);
  const graph = options.until === undefined ? whole : cutAt(whole, options.until);
  const live = liveNodes(graph);
  // Of a branch that nothing takes, nothing has to be readable.
  if (!parts.isPartial && !live.some(({ op }) => op === 'Switch')) expectSupported(live);
  if (graph.inputs.length === 0) refuse('the model has no input');
  if (graph.outputs.length === 0) refuse('the model has no output');
  expectInputsNamed(
    options.shapes ?? {},
    graph.inputs.map(({ name }) => name),
  );
  const evaluation = new Evaluation(graph.nodes, emitter, store, parts);
  const { constants = new Map() } = options;
  for (const [name, { shape, data }] of constants) {
    if (!graph.inputs.some((node) => node.name === name))
      refuse(
        `the constant for the input ${quote(name)} has no input to stand for: the model has none of that name`,
      );
    evaluation.bind(name, { kind: 'constant', name, shape, data: Float64Array.from(data) });
  }
  const open = graph.inputs.filter(({ name }) => !constants.has(name));
  const inputs = open.map((node) => {
    const name = importInput(node, graph, emitter, options);
    evaluation.bind(node.name, { kind: 'value', name });
    return { name, shape: emitter.shapeOf(name) };
  });
  const outputs = outputValues(graph, evaluation, parts.isPartial).map(([ref, value]) => {
    const { name, count } = importOutput(ref, value);
    if (count !== undefined) emitter.warnings.push(openOutputWarning(ref.node, emitter.shapeOf(name), count));
    return { name, shape: emitter.shapeOf(name), ...(count !== undefined && { count }) };
  });
  return { inputs, outputs, values: placesOf(live, evaluation) };
}
