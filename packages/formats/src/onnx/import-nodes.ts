/**
 * @file The nodes of a graph, one after the other: computed at load, or as parts of the network. An If whose condition is known
 * is the branch that it takes, and a Loop whose rounds are known is its body so many times.
 */
import { quote, refuse, within } from '../errors.js';
import { Scope } from '../scope.js';
import { type Constant, constantOf } from './constant.js';
import { decodeStored, type ImportState, NodeContext } from './context.js';
import { tryFold } from './fold/registry.js';
import { expectIntegersTaken } from './integers.js';
import type { Value } from './layout.js';
import { namesRead, type OnnxGraph, type OnnxNode } from './model.js';

type Known = Value | Constant;

/** What messages call a node. */
export function describeNode({ op, name, outputs }: OnnxNode): string {
  return `ONNX node ${op} ${quote(name || (outputs[0] ?? ''))}`;
}

/** Nodes whose results reach an output. */
export function liveNodes({ nodes, outputs }: Pick<OnnxGraph, 'nodes' | 'outputs'>): OnnxNode[] {
  const needed = new Set(outputs.map(({ name }) => name));
  return nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => needed.has(output))) return false;
      for (const input of namesRead(node)) needed.add(input);
      return true;
    })
    .toReversed();
}

/**
 * Reads the nodes of a graph, all of them live, into the scope of `state`.
 *
 * @param around what reads each node: it may leave one out that throws.
 */
export function importNodes(
  state: ImportState,
  { nodes, initializers, outputs }: Pick<OnnxGraph, 'nodes' | 'initializers' | 'outputs'>,
  given?: ReadonlyMap<string, Known>,
  around: (node: OnnxNode, read: () => void) => void = (_, read) => read(),
): void {
  const used = new Set([...nodes.flatMap(namesRead), ...outputs.map(({ name }) => name)]);
  for (const [name, stored] of initializers) {
    if (used.has(name) && !given?.has(name)) state.values.set(name, decodeStored(state, stored));
  }
  for (const node of nodes) {
    around(node, () =>
      within(
        () => describeNode(node),
        () => importNode(state, node, used),
      ),
    );
  }
}

function importNode(state: ImportState, node: OnnxNode, used: ReadonlySet<string>): void {
  const context = new NodeContext(state, node);
  for (const output of node.outputs) {
    if (output !== '' && state.values.has(output)) {
      refuse(`computes ${quote(output)}, which is defined already`);
    }
  }
  if (!node.outputs.some((output) => output !== '')) refuse('has no output');
  const compute = () => computeNode(context);
  const results = state.readers.more?.keepingRows(context, compute) ?? compute();
  node.outputs.forEach((output, i) => {
    const result = results[i];
    if (result !== undefined && output !== '') state.values.set(output, result);
    else if (used.has(output)) refuse(`has output ${i} that the network uses, which is not supported`);
  });
}

/** The results of a node as far as they can be read: computed at load, or parts of the network. */
function computeNode(context: NodeContext): readonly Known[] {
  const folded = tryFold(context);
  if (folded !== undefined) return 'kind' in folded ? [folded] : folded;
  const control = controlOps.get(context.node.op);
  if (control !== undefined) return control(context);
  expectIntegersTaken(context);
  const read =
    context.state.readers.nodes.get(context.node.op) ??
    refuse('depends on what the network computes, and is no op of a graph');
  const result = read(context);
  return 'kind' in result ? [result] : result;
}

/** What a graph inside a node gives for its inputs; it sees everything that the node sees. */
function inlined({ state, node }: NodeContext, attribute: string, given: readonly Known[]): readonly Known[] {
  const graph = node.attributes.get(attribute)?.graph ?? refuse(`has no graph ${attribute}`);
  const nodes = liveNodes(graph);
  // A loop without anything in it costs time too.
  state.budget.charge(256 * (1 + nodes.length), 'a branch or the body of a loop');
  if (graph.sparseInitializers > 0) refuse('has sparse initializers in its graph, which are not supported');
  if (graph.inputs.length !== given.length)
    refuse(`gives its graph ${given.length} inputs, but that has ${graph.inputs.length}`);
  const own = graph.inputs.map(({ name }, i) => [name, given[i] as Known] as const);
  const inner = { ...state, values: new Scope(own, state.values) };
  importNodes(inner, { ...graph, nodes }, new Map(own));
  return graph.outputs.map(
    ({ name }) => inner.values.get(name) ?? refuse(`its graph computes no ${quote(name)}`),
  );
}

/** The truth of a constant. */
function isTrue(value: Known | undefined, what: string): boolean {
  if (value?.kind !== 'constant') {
    refuse(
      `${what} depends on what the network computes; only what is known before it runs is supported. Where it follows from an input, such as a sampling rate, give that as one of the option constants`,
    );
  }
  if (value.data.length !== 1) refuse(`${what} must be one number, not ${value.data.length}`);
  return value.data[0] !== 0;
}

/** If: the nodes of the branch that is taken. */
function importIf(context: NodeContext): readonly Known[] {
  const taken = isTrue(context.input(0), 'its condition');
  return inlined(context, taken ? 'then_branch' : 'else_branch', []);
}

/** What rounds of a loop gave, one after the other along a new first dimension. */
function stacked(context: NodeContext, rounds: readonly Known[]): Known {
  if (rounds.length === 0) refuse('gives a list of nothing, since it has no round');
  const axes = constantOf('int64', [1], [0]);
  const parts = rounds.map((_, i) => `part ${i}`);
  const named = new Map<string, Known>([
    ['axes', axes],
    ...rounds.map((round, i) => [parts[i] as string, round] as const),
  ]);
  const state = { ...context.state, values: new Scope(named) };
  const node = (op: string, inputs: readonly string[], output: string): OnnxNode => ({
    ...context.node,
    op,
    inputs,
    outputs: [output],
    attributes: new Map(op === 'Concat' ? [['axis', { integer: 0, floats: [], integers: [] }]] : []),
  });
  const widened = parts.map((part) => `${part} alone`);
  const nodes = parts.map((part, i) => node('Unsqueeze', [part, 'axes'], widened[i] as string));
  importNodes(state, {
    nodes: [...nodes, node('Concat', widened, 'all')],
    initializers: new Map(),
    outputs: [{ name: 'all' }],
  });
  return state.values.get('all') as Known;
}

/**
 * Loop: the body as often as it runs, which must be known: at most as often as the first input says, as long as the condition
 * holds. The body takes the number of the round, the condition and what is carried on; it gives a condition, what is carried
 * on, and results of this round, which are stacked.
 */
function importLoop(context: NodeContext): readonly Known[] {
  const limit = context.has(0) ? context.constant(0, 'the number of rounds').data[0] : Infinity;
  if (limit === undefined || Number.isNaN(limit)) refuse('has no number of rounds');
  let condition: Known = context.has(1) ? context.input(1) : constantOf('bool', [], [1]);
  let carried: readonly Known[] = context.node.inputs.slice(2).map((_, i) => context.input(2 + i));
  const count = carried.length;
  const collected: Known[][] = [];
  for (let round = 0; round < limit && isTrue(condition, 'its condition'); round++) {
    const given = [constantOf('int64', [], [round]), condition, ...carried];
    const [next, ...results] = inlined(context, 'body', given);
    condition = next ?? refuse('has a body without outputs');
    carried = results.slice(0, count);
    if (carried.length < count) refuse(`carries ${count} values on, but its body gives ${carried.length}`);
    results.slice(count).forEach((result, i) => {
      const rounds = collected[i] ?? [];
      rounds.push(result);
      collected[i] = rounds;
    });
  }
  const lists = context.node.outputs.length - count;
  return [
    ...carried,
    ...Array.from({ length: Math.max(0, lists) }, (_, i) => stacked(context, collected[i] ?? [])),
  ];
}

/** Ops that hold graphs. */
export const controlOps: ReadonlyMap<string, (context: NodeContext) => readonly Known[]> = new Map([
  ['If', importIf],
  ['Loop', importLoop],
]);
