/** @file What runs in which order and what it reads and writes: the plain data from which memory is predicted. */
import { type Graph, inferTypes, type Node, type ValueTypes } from '@sepconv/graph';
import { byteLength, sameShape } from '@sepconv/tensor';

/** One step of a schedule. The engine's has the same fields, so what `predictSchedule` gives fits here as it is. */
export interface MemoryStep {
  /** Names of the nodes that it computes, the first one first. */
  readonly nodes: readonly string[];
  /** Values of the arena that it reads: parameters are not among them. */
  readonly reads: readonly string[];
  readonly output: string;
  /** As float32. */
  readonly outputBytes: number;
  /** Bytes that it needs only while it runs, as float32. */
  readonly scratchBytes: number;
  /** The step from which the output has memory of its own. Default this one. */
  readonly outputFrom?: number;
}

/** A network as a list of steps. */
export interface MemorySchedule {
  readonly inputs: readonly { readonly value: string; readonly bytes: number }[];
  readonly steps: readonly MemoryStep[];
  readonly outputs: readonly string[];
  /** Every buffer of the arena is rounded up to a multiple of so many bytes. */
  readonly alignment: number;
}

/** Ops in whose store a following BatchNorm, activation or addition can be done without memory of its own. */
const takesMore: ReadonlySet<Node['op']> = new Set([
  'conv2d',
  'conv-transpose2d',
  'depthwise-conv2d',
  'pointwise-conv2d',
  'separable-conv2d',
  'dense',
  'matmul',
  'add',
  'mul',
  'batch-norm',
]);

/** Ops that are done in another's store: element by element, on one value that nobody else reads. */
const joins: ReadonlySet<string> = new Set([
  'batch-norm',
  'clamp',
  'elu',
  'gelu',
  'hard-sigmoid',
  'hard-swish',
  'leaky-relu',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'swish',
]);

/** A step under construction. */
interface Draft {
  readonly op: Node['op'];
  readonly nodes: string[];
  readonly reads: Set<string>;
  output: string;
  readonly outputBytes: number;
}

/** All steps so far, and the index of the one that makes each value. */
interface Drafts {
  readonly list: Draft[];
  readonly madeBy: Map<string, number>;
}

/** What a graph says about its values. */
interface Values {
  readonly types: ValueTypes;
  readonly parameters: ReadonlySet<string>;
  /** How many nodes and outputs read each value. */
  readonly readers: ReadonlyMap<string, number>;
  /** The values that are another's memory under a second shape. */
  readonly aliases: Map<string, string>;
}

function valuesOf(graph: Graph): Values {
  const readers = new Map<string, number>();
  for (const value of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
    readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  return {
    types: inferTypes(graph),
    parameters: new Set(graph.parameters.map(({ name }) => name)),
    readers,
    aliases: new Map(),
  };
}

const bytesOf = ({ types }: Values, value: string): number => {
  const type = types.get(value);
  return type === undefined ? 0 : byteLength(type);
};

/**
 * The step in whose store a node can be done: the one that makes the latest of its inputs, when nobody else reads that. An
 * addition needs two inputs of the same shape, of which the other exists by then.
 */
function hostOf(node: Node, inputs: readonly string[], drafts: Drafts, values: Values): Draft | undefined {
  const [a, b] = inputs;
  const isAddition = node.op === 'add' && inputs.length === 2 && a !== b;
  if (a === undefined || !(joins.has(node.op) || isAddition)) return undefined;
  const latest = Math.max(...inputs.map((value) => drafts.madeBy.get(value) ?? -1));
  const host = drafts.list[latest];
  const shapes = inputs.map((value) => values.types.get(value)?.shape ?? []);
  if (host === undefined || !takesMore.has(host.op) || values.readers.get(host.output) !== 1)
    return undefined;
  return isAddition && !sameShape(shapes[0] ?? [], shapes[1] ?? []) ? undefined : host;
}

/**
 * The schedule of a graph without an engine: one step for each node in the graph's order, where activations, BatchNorm and
 * residual additions are done in the store of the step before, as every runtime for inference does.
 *
 * @param options.fuse `false` for a step and a buffer for every node. Default `true`.
 * @throws {GraphError} when the graph contradicts itself.
 */
export function graphSchedule(
  graph: Graph,
  { fuse = true }: { readonly fuse?: boolean } = {},
): MemorySchedule {
  const values = valuesOf(graph);
  const resolve = (value: string): string => values.aliases.get(value) ?? value;
  const drafts: Drafts = { list: [], madeBy: new Map() };
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    const inputs = node.inputs.filter((input) => !values.parameters.has(input)).map(resolve);
    if (node.op === 'flatten' || node.op === 'reshape' || node.op === 'reinterpret') {
      values.aliases.set(output, inputs[0] ?? output);
      continue;
    }
    const host = fuse ? hostOf(node, inputs, drafts, values) : undefined;
    if (host === undefined) {
      const outputBytes = bytesOf(values, output);
      drafts.madeBy.set(output, drafts.list.length);
      drafts.list.push({ op: node.op, nodes: [node.name], reads: new Set(inputs), output, outputBytes });
    } else {
      host.nodes.push(node.name);
      for (const value of inputs) if (value !== host.output) host.reads.add(value);
      drafts.madeBy.set(output, drafts.madeBy.get(host.output) as number);
      host.output = output;
    }
  }
  return {
    inputs: graph.inputs.map(({ name }) => ({ value: name, bytes: bytesOf(values, name) })),
    steps: drafts.list.map(({ nodes, reads, output, outputBytes }) => ({
      nodes,
      reads: [...reads],
      output,
      outputBytes,
      scratchBytes: 0,
    })),
    outputs: graph.outputs.map(resolve),
    alignment: 16,
  };
}
