/** @file What a kernel does besides its own node: the one answer for every engine, for the account of memory and for training. */
import { sameShape } from '@sepconv/tensor';
import type { Activation } from '../activation.js';
import { inferTypes, type ValueTypes } from '../infer.js';
import { activationOf, contractOf } from '../ops/registry.js';
import type { Graph, Node } from '../types.js';
import { eliminateDeadNodes } from './eliminate-dead-nodes.js';
import { expandSeparable } from './expand-separable.js';
import { type FoldedParameters, foldableNorms, foldedGraph } from './fold-batch-norm.js';
import { usesOf } from './uses.js';
import { viewsOf } from './views.js';

/** A step of an epilogue: an activation, or the addition of another value of the same shape at the same place. */
export type EpilogueStage = Activation | { readonly kind: 'add' };

/** What happens to an output element between its sum and its store: stages in their order, at most one of them an addition. */
export type Epilogue = readonly EpilogueStage[];

/** A node together with the elementwise nodes behind it that its kernel does in the store. */
export interface FusedNode {
  readonly node: Node;
  readonly epilogue: Epilogue;
  /** Names of all nodes in here, in order. */
  readonly names: readonly string[];
  /** The value that the epilogue adds, if it adds one. */
  readonly addend?: string;
  /** The value that the last stage gives. */
  readonly output: string;
}

/** A graph as a list of what has to run, in order. */
export interface FusedGraph {
  /** What the nodes come from: without separable convolutions, without BatchNorms that fold, and without dead nodes. */
  readonly graph: Graph;
  readonly types: ValueTypes;
  readonly nodes: readonly FusedNode[];
  /** The values that are another's memory under another shape, and that other value. */
  readonly views: ReadonlyMap<string, string>;
  /** By a folded layer's weight, what that and the bias are made of. */
  readonly folded: ReadonlyMap<string, FoldedParameters>;
}

/** What may be joined. */
export interface FusionRule {
  /** Whether the node's kernel takes an epilogue. */
  takesEpilogue(node: Node): boolean;
  /** Whether it takes this stage behind those before. */
  takesStage(stage: EpilogueStage, before: Epilogue): boolean;
}

/**
 * Whether an epilogue reads a second value.
 *
 * @internal
 */
export function hasAddition(epilogue: readonly { readonly kind: string }[]): boolean {
  return epilogue.some(({ kind }) => kind === 'add');
}

/** All that inference joins. */
const inference: FusionRule = {
  takesEpilogue: ({ op }) => contractOf(op).takesEpilogue === true,
  takesStage: ({ kind }, before) => kind !== 'add' || !hasAddition(before),
};

/** What a node behind `value` adds to the epilogue: an activation, or an addition to a value that exists by then. */
function stageOf(
  user: Node,
  value: string,
  types: ValueTypes,
  isReady: (value: string) => boolean,
): { stage: EpilogueStage; addend?: string } | undefined {
  const activation = activationOf(user);
  if (activation !== undefined) return { stage: activation };
  if (user.op !== 'add') return undefined;
  const [a = '', b = ''] = user.inputs;
  const addend = a === value ? b : a;
  const shape = types.get(value)?.shape ?? [];
  if (addend === value || !sameShape(types.get(addend)?.shape ?? [], shape) || !isReady(addend))
    return undefined;
  return { stage: { kind: 'add' }, addend };
}

/**
 * Joins activations and residual additions to the node that computes their input, wherever nobody else reads the value
 * in between. An addition is joined to the later one of its two inputs, because the other must exist by then.
 *
 * @param rule what may be joined, by default all that inference can.
 *
 * @internal
 */
export function fuseNodes(graph: Graph, types: ValueTypes, rule = inference): readonly FusedNode[] {
  const uses = usesOf(graph);
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const definedAt = new Map<string, number>(graph.inputs.map(({ name }) => [name, -1]));
  graph.nodes.forEach((node, index) => {
    for (const output of node.outputs) definedAt.set(output, index);
  });
  const absorbed = new Set<Node>();
  const fused: FusedNode[] = [];
  for (const [index, node] of graph.nodes.entries()) {
    if (absorbed.has(node)) continue;
    const isReady = (value: string): boolean =>
      !parameters.has(value) && (definedAt.get(value) ?? Infinity) < index;
    const names = [node.name];
    const epilogue: EpilogueStage[] = [];
    let output = node.outputs[0] as string;
    let addend: string | undefined;
    while (rule.takesEpilogue(node)) {
      const [user, ...others] = uses.get(output) ?? [];
      if (user === undefined || user === 'output' || others.length > 0) break;
      const next = stageOf(user, output, types, isReady);
      if (next === undefined || !rule.takesStage(next.stage, epilogue)) break;
      absorbed.add(user);
      names.push(user.name);
      epilogue.push(next.stage);
      addend = next.addend ?? addend;
      output = user.outputs[0] as string;
    }
    fused.push({ node, epilogue, names, output, ...(addend === undefined ? {} : { addend }) });
  }
  return fused;
}

function fuse({ graph, folded }: Pick<FusedGraph, 'graph' | 'folded'>, rule = inference): FusedGraph {
  const types = inferTypes(graph);
  const views = viewsOf(graph, types);
  const nodes = fuseNodes(graph, types, rule).filter(({ output }) => !views.has(output));
  return { graph, types, nodes, views, folded };
}

/**
 * Every node of a graph by itself, but for views.
 *
 * @throws {GraphError} when the graph contradicts itself.
 */
export function unfusedGraph(graph: Graph): FusedGraph {
  return fuse({ graph, folded: new Map() }, { takesEpilogue: () => false, takesStage: () => false });
}

/**
 * What of a graph has to run.
 *
 * @param unfoldable names of BatchNorms that could fold but for their numbers, which {@link keepsRange} looks at; by default none.
 * @throws {GraphError} when the graph contradicts itself.
 */
export function fuseGraph(graph: Graph, unfoldable: ReadonlySet<string> = new Set()): FusedGraph {
  const expanded = expandSeparable(graph);
  const norms = foldableNorms(expanded).filter(({ norm }) => !unfoldable.has(norm.name));
  const { graph: withoutNorms, folded } = foldedGraph(expanded, norms);
  const live = eliminateDeadNodes({ graph: withoutNorms, weights: new Map() });
  return fuse({ graph: live.graph, folded });
}
