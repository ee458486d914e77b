import {
  contractOf,
  type Graph,
  inferTypes,
  type Node,
  type NodeOf,
  type Parameter,
  usesOf,
  type ValueTypes,
} from '@sepconv/graph';
import { CostError } from '../errors.js';
import { applyEdit, nameGiver, type Replacement, type Rewritten } from './edit.js';

/** What may stand between a depthwise convolution and its pointwise one, and goes with it. */
const staysBetween = (op: Node['op']): boolean =>
  op === 'batch-norm' || contractOf(op).activation !== undefined;

/** A convolution as far as replacing it needs. */
interface Separable {
  readonly input: string;
  readonly window: NodeOf<'depthwise-conv2d'>['attributes'];
  /** `[K_h, K_w, C_in]`. */
  readonly kernel: readonly [number, number, number];
  readonly filters: number;
  readonly bias: readonly string[];
  /** The nodes that go, the first and the last of which tell the place. */
  readonly nodes: readonly Node[];
}

/** The pointwise convolution that a depthwise one feeds, and what stands between; nothing where the way forks or mixes. */
function pathToPointwise(
  node: Node,
  uses: ReturnType<typeof usesOf>,
  types: ValueTypes,
): readonly Node[] | undefined {
  const path: Node[] = [node];
  for (;;) {
    const value = path.at(-1)?.outputs[0] as string;
    const [next, ...others] = uses.get(value) ?? [];
    if (next === undefined || next === 'output' || others.length > 0 || next.inputs[0] !== value)
      return undefined;
    path.push(next);
    if (next.op === 'pointwise-conv2d') return path;
    if (next.op === 'conv2d') {
      const [height, width] = types.get(next.inputs[1] as string)?.shape ?? [];
      const isPlain = next.attributes.groups === 1 && next.attributes.strides.every((stride) => stride === 1);
      const { top, bottom, left, right } = next.attributes.padding;
      return height === 1 && width === 1 && isPlain && top + bottom + left + right === 0 ? path : undefined;
    }
    if (!staysBetween(next.op)) return undefined;
  }
}

function separableAt(node: Node, uses: ReturnType<typeof usesOf>, types: ValueTypes): Separable | undefined {
  const shapeOf = (value: string | undefined): readonly number[] => types.get(value ?? '')?.shape ?? [];
  if (node.op === 'separable-conv2d') {
    const [height = 1, width = 1, channels = 1] = shapeOf(node.inputs[1]);
    const filters = shapeOf(node.inputs[2])[3] ?? 1;
    const { attributes, inputs } = node;
    const kernel = [height, width, channels] as const;
    return {
      input: inputs[0] ?? '',
      window: attributes,
      kernel,
      filters,
      bias: inputs.slice(3),
      nodes: [node],
    };
  }
  if (node.op !== 'depthwise-conv2d') return undefined;
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shapeOf(node.inputs[1]);
  const common = {
    input: node.inputs[0] ?? '',
    window: node.attributes,
    kernel: [height, width, channels] as const,
  };
  const path = pathToPointwise(node, uses, types);
  if (path === undefined) {
    return { ...common, filters: channels * multiplier, bias: node.inputs.slice(2), nodes: [node] };
  }
  const pointwise = path.at(-1) as Node;
  return {
    ...common,
    filters: shapeOf(pointwise.inputs[1])[3] ?? 1,
    bias: pointwise.inputs.slice(2),
    nodes: path,
  };
}

/**
 * The reverse of {@link toSeparable}: every depthwise convolution and the pointwise one that it feeds, with norm and
 * activation between them, become one standard convolution of the same window. A depthwise convolution that feeds something
 * else, such as squeeze-and-excite, becomes a standard one with as many channels.
 *
 * The new node has the name of the last that it stands for, and the weight `[K_h, K_w, C_in, C_out]`.
 *
 * @throws {CostError} when there is no depthwise convolution.
 */
export function toStandard(graph: Graph): Rewritten {
  const types = inferTypes(graph);
  const uses = usesOf(graph);
  const freeName = nameGiver(graph);
  const removed = new Set<string>();
  const inserted = new Map<string, readonly Node[]>();
  const parameters: Parameter[] = [];
  const replaced: Replacement[] = [];
  for (const node of graph.nodes) {
    const separable = separableAt(node, uses, types);
    if (separable === undefined) continue;
    const { input, window, kernel, filters, bias, nodes } = separable;
    const last = nodes.at(-1) as Node;
    const weight = freeName(`${last.name}/standard-weight`);
    parameters.push({ name: weight, shape: [...kernel, filters], dtype: 'float32', role: 'weight' });
    for (const { name } of nodes) removed.add(name);
    const { strides, dilations, padding } = window;
    inserted.set(last.name, [
      {
        name: last.name,
        op: 'conv2d',
        inputs: [input, weight, ...bias],
        outputs: last.outputs,
        attributes: { strides, dilations, padding, groups: 1 },
      },
    ]);
    replaced.push({ node: last.name, before: nodes.map(({ name }) => name), after: [last.name] });
  }
  if (replaced.length === 0) {
    throw new CostError(`"${graph.name}" has no depthwise convolution that could be made standard`);
  }
  return { graph: applyEdit(graph, { removed, inserted, parameters }, '-standard'), replaced };
}
