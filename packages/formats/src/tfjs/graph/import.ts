import { countBy } from '../../count-by.js';
import { quote, refuse, within } from '../../errors.js';
import type { ImportedInput, ImportedOutput } from '../../imported-network.js';
import { expectInputsNamed } from '../../stated-inputs.js';
import type { Emitter } from '../emitter.js';
import { resolveInputShape, type TfjsOptions } from '../input-shape.js';
import type { JsonObject } from '../json.js';
import type { WeightStore } from '../weights.js';
import { NodeCall, type NodeValue } from './context.js';
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

const describeNode = ({ op, name }: GraphNode): string => `TF.js node ${op.slice(0, 60)} ${quote(name)}`;

/** Nodes that an output needs, each after those that it reads. */
export function liveNodes({ nodes, outputs }: GraphModel): GraphNode[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const ordered: GraphNode[] = [];
  const stack = outputs.map(({ node }) => node).toReversed();
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const node =
      nodes.get(name) ?? refuse(`there is no node ${quote(name)}, which an output or a node reads`);
    const missing = done.has(name) ? [] : node.inputs.filter((input) => !done.has(input.node));
    if (missing.length === 0) {
      stack.pop();
      if (!done.has(name)) ordered.push(node);
      done.add(name);
      continue;
    }
    if (open.has(name)) refuse(`${describeNode(node)} reads, over others, what it computes itself`);
    open.add(name);
    for (const input of missing) stack.push(input.node);
  }
  return ordered;
}

/** Whether a node can be read: it has a reader, or is an input. */
export const isReadable = (op: string): boolean => nodeReaders.has(op) || placeholders.has(op);

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

function importInput(
  node: GraphNode,
  { inputShapes }: GraphModel,
  emitter: Emitter,
  options: TfjsOptions,
): string {
  const type = node.type('dtype');
  if (type !== '' && type !== 'DT_FLOAT' && type !== 'DT_HALF') {
    refuse(`the input ${quote(node.name)} holds ${quote(type)}, but a network computes with real numbers`);
  }
  const dims = inputShapes.get(node.name) ?? node.shape('shape');
  return emitter.input(node.name, resolveInputShape(node.name, dims, options));
}

function importOutput(ref: NodeRef, values: ReadonlyMap<string, readonly NodeValue[]>): string {
  const known = values.get(ref.node) ?? [];
  const value = known[ref.output];
  if (value === undefined) {
    refuse(
      `the output ${quote(ref.node)} is number ${ref.output} of its node; ${supportedOutputs(known.length)}`,
    );
  }
  if (value.kind !== 'value')
    refuse(`the output ${quote(ref.node)} is a constant, which no network computes`);
  return value.name;
}

const supportedOutputs = (count: number): string =>
  count > 1 ? `0 to ${count - 1} are supported` : 'only 0 is supported';

/** What became of what a node reads. */
function givenInput({ node, output }: NodeRef, values: ReadonlyMap<string, readonly NodeValue[]>): NodeValue {
  const known = values.get(node) ?? refuse(`reads ${quote(node)}, which nothing computes`);
  return (
    known[output] ?? refuse(`reads output ${output} of ${quote(node)}; ${supportedOutputs(known.length)}`)
  );
}

/** Imports a graph model. */
export function importGraph(
  model: JsonObject,
  emitter: Emitter,
  store: WeightStore,
  options: TfjsOptions,
): { inputs: ImportedInput[]; outputs: ImportedOutput[] } {
  const graph = readGraphModel(model);
  const nodes = liveNodes(graph);
  expectSupported(nodes);
  if (graph.inputs.length === 0) refuse('the model has no input');
  if (graph.outputs.length === 0) refuse('the model has no output');
  expectInputsNamed(
    options.shapes ?? {},
    graph.inputs.map(({ name }) => name),
  );
  const values = new Map<string, readonly NodeValue[]>();
  const inputs = graph.inputs.map((node) => {
    const name = importInput(node, graph, emitter, options);
    values.set(node.name, [{ kind: 'value', name }]);
    return { name, shape: emitter.shapeOf(name) };
  });
  for (const node of nodes) {
    if (values.has(node.name)) continue;
    within(describeNode(node), () => {
      emitter.charge();
      const given = node.inputs.map((ref) => givenInput(ref, values));
      const read = nodeReaders.get(node.op) ?? refuse('cannot be read');
      values.set(node.name, [read(new NodeCall(emitter, store, node, given))].flat());
    });
  }
  const outputs = graph.outputs.map((ref) => {
    const name = importOutput(ref, values);
    return { name, shape: emitter.shapeOf(name) };
  });
  return { inputs, outputs };
}
