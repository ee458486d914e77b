/** @file The parts of a network that an engine may fuse, each as a network of its own. */
import { type FusedNode, fuseGraph, inferTypes, type Network, type Node, usesOf } from '@sepconv/graph';

/** A depthwise and a pointwise convolution in a row, or with the expansion before them, or a whole network. */
export type SubjectKind = 'pair' | 'block' | 'network';

/** Neighbours in a network. */
export interface Group {
  readonly kind: Exclude<SubjectKind, 'network'>;
  /** The depthwise node's name. */
  readonly name: string;
  readonly nodes: readonly Node[];
}

/** Every depthwise–pointwise pair of a network whose BatchNorm is folded, and every inverted residual around one. */
export function groupsOf({ graph }: Network): Group[] {
  const uses = usesOf(graph);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const fused = fuseGraph(graph).nodes;
  const producers = new Map(fused.map((step) => [step.output, step]));
  const readers = new Map(fused.map((step) => [step.node.inputs[0], step]));
  const isReadOnce = (value: string): boolean => uses.get(value)?.length === 1;
  const before = ({ node }: FusedNode): FusedNode | undefined => producers.get(node.inputs[0] as string);
  return fused.flatMap((depthwise): Group[] => {
    if (depthwise.node.op !== 'depthwise-conv2d') return [];
    const pointwise = readers.get(depthwise.output);
    if (pointwise?.node.op !== 'pointwise-conv2d' || !isReadOnce(depthwise.output)) return [];
    const nodesOf = (...steps: readonly FusedNode[]): Node[] =>
      steps.flatMap(({ names }) => names.map((name) => byName.get(name) as Node));
    const name = depthwise.node.name;
    const pair: Group = { kind: 'pair', name, nodes: nodesOf(depthwise, pointwise) };
    const expansion = before(depthwise);
    // The pointwise convolution of the pair before expands nothing: V1 has no other.
    const isExpansion =
      expansion?.node.op === 'pointwise-conv2d' &&
      isReadOnce(expansion.output) &&
      before(expansion)?.node.op !== 'depthwise-conv2d';
    return isExpansion
      ? [pair, { ...pair, kind: 'block', nodes: nodesOf(expansion, depthwise, pointwise) }]
      : [pair];
  });
}

/** Some nodes of a network as a network: what they read from elsewhere becomes an input. */
export function extract({ graph, weights }: Network, { name, nodes }: Group): Network {
  const types = inferTypes(graph);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isOutside = (value: string): boolean => !made.has(value) && !weights.has(value);
  const inputs = [...read].filter(isOutside).map((value) => {
    const { shape, dtype } = types.get(value) as NonNullable<ReturnType<typeof types.get>>;
    return { name: value, shape, dtype };
  });
  const outputs = (nodes.at(-1) as Node).outputs;
  return {
    graph: {
      name,
      inputs,
      parameters: graph.parameters.filter((parameter) => read.has(parameter.name)),
      nodes,
      outputs,
    },
    weights: new Map([...weights].filter(([value]) => read.has(value))),
  };
}
