import { activationOf, type Graph, type Node, usesOf, type ValueTypes } from '@sepconv/graph';
import { sameShape } from '@sepconv/tensor';
import { type Epilogue, type EpilogueStage, hasAddition } from './epilogue.js';

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

/** Ops whose kernels take an epilogue. */
const takesEpilogue: ReadonlySet<Node['op']> = new Set([
  'conv2d',
  'conv-transpose2d',
  'depthwise-conv2d',
  'pointwise-conv2d',
  'dense',
  'matmul',
  'add',
  'sub',
  'mul',
  'div',
  'prelu',
  'batch-norm',
]);

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
 */
export function fuseEpilogues(graph: Graph, types: ValueTypes): readonly FusedNode[] {
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
    const stages: EpilogueStage[] = [];
    let output = node.outputs[0] as string;
    let addend: string | undefined;
    while (takesEpilogue.has(node.op)) {
      const [user, ...others] = uses.get(output) ?? [];
      if (user === undefined || user === 'output' || others.length > 0) break;
      const next = stageOf(user, output, types, isReady);
      if (next === undefined || (next.stage.kind === 'add' && hasAddition(stages))) break;
      absorbed.add(user);
      names.push(user.name);
      stages.push(next.stage);
      addend = next.addend ?? addend;
      output = user.outputs[0] as string;
    }
    fused.push({ node, epilogue: stages, names, output, ...(addend === undefined ? {} : { addend }) });
  }
  return fused;
}
