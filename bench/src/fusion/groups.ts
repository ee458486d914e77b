/** @file The parts of a network that an engine may fuse, each as a network of its own. */
import { inferTypes, type Network, type Node, producersOf, usesOf } from '@sepconv/graph';

/** A depthwise and a pointwise convolution in a row, or with the expansion before them, or a whole network. */
export type SubjectKind = 'pair' | 'block' | 'network';

/** Neighbours in a network. */
export interface Group {
  readonly kind: Exclude<SubjectKind, 'network'>;
  /** The depthwise node's name. */
  readonly name: string;
  readonly nodes: readonly Node[];
}

const isActivation = ({ op }: Node): boolean => op === 'relu6' || op === 'relu';

/** The only reader of a node's output, if there is only one. */
function onlyReader(node: Node, uses: ReturnType<typeof usesOf>): Node | undefined {
  const [user, ...others] = uses.get(node.outputs[0] as string) ?? [];
  return user === undefined || user === 'output' || others.length > 0 ? undefined : user;
}

/** A node and the elementwise nodes behind it that a kernel does in its store. */
function withEpilogue(node: Node, uses: ReturnType<typeof usesOf>, additions: boolean): Node[] {
  const next = onlyReader(node, uses);
  const belongs = next !== undefined && (isActivation(next) || (additions && next.op === 'add'));
  return belongs ? [node, ...withEpilogue(next, uses, additions)] : [node];
}

/** Whether a pointwise convolution belongs to a depthwise one before it, as those of V1 do: then it expands nothing. */
function followsDepthwise(node: Node, producers: ReturnType<typeof producersOf>): boolean {
  const before = producers.get(node.inputs[0] as string);
  if (before === undefined) return false;
  return before.op === 'depthwise-conv2d' || (isActivation(before) && followsDepthwise(before, producers));
}

/** The expansion before a node, with the activations between, if nobody else reads them. */
function expansionOf(
  node: Node,
  producers: ReturnType<typeof producersOf>,
  uses: ReturnType<typeof usesOf>,
): Node[] | undefined {
  const before = producers.get(node.inputs[0] as string);
  if (before === undefined || onlyReader(before, uses) !== node) return undefined;
  if (before.op === 'pointwise-conv2d') return followsDepthwise(before, producers) ? undefined : [before];
  const rest = isActivation(before) ? expansionOf(before, producers, uses) : undefined;
  return rest === undefined ? undefined : [...rest, before];
}

/** Every depthwise–pointwise pair of a network whose BatchNorm is folded, and every inverted residual around one. */
export function groupsOf({ graph }: Network): Group[] {
  const uses = usesOf(graph);
  const producers = producersOf(graph);
  return graph.nodes.flatMap((node): Group[] => {
    if (node.op !== 'depthwise-conv2d') return [];
    const depthwise = withEpilogue(node, uses, false);
    const pointwise = onlyReader(depthwise.at(-1) as Node, uses);
    if (pointwise?.op !== 'pointwise-conv2d') return [];
    const nodes = [...depthwise, ...withEpilogue(pointwise, uses, true)];
    const pair: Group = { kind: 'pair', name: node.name, nodes };
    const expansion = expansionOf(node, producers, uses);
    return expansion === undefined
      ? [pair]
      : [pair, { ...pair, kind: 'block', nodes: [...expansion, ...nodes] }];
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
