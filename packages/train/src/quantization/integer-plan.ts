/** @file Which nodes compute with integers, and which values are stored alike. Looks at the graph and at no number. */
import {
  activationOf,
  contractOf,
  fuseNodes,
  type Graph,
  inferTypes,
  type Node,
  type OpName,
  usesOf,
  type ValueTypes,
} from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';

/** A range of numbers. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** What a node computes with: integers, integers that it only moves, or real numbers. */
export type LayerArithmetic = 'integer' | 'moved' | 'float';

/** A node with the clamp behind it that is done where its result is stored. */
export interface Layer {
  readonly node: Node;
  /** Names of the nodes in here, in order. */
  readonly names: readonly string[];
  /** The value that comes out. */
  readonly output: string;
  /** Bounds of the clamp, if there is one. */
  readonly clamp?: Interval;
}

/** A layer and what it is computed with. */
export interface PlannedLayer extends Layer {
  readonly arithmetic: LayerArithmetic;
  /** Why it stays with real numbers. */
  readonly why?: string;
}

/** Ops whose weights are quantized. */
const weightedOps = ['conv2d', 'depthwise-conv2d', 'pointwise-conv2d', 'dense', 'matmul'] as const;
type WeightedOp = (typeof weightedOps)[number];

/** A node with weights. */
export type WeightedNode = Extract<Node, { readonly op: WeightedOp }>;

export const isWeighted = (op: OpName): op is WeightedOp => (weightedOps as readonly string[]).includes(op);

/** Ops that store a result of their own, and clip it to what is asked for. */
const clippingOps: readonly OpName[] = [...weightedOps, 'add', 'mul'];

/** Ops of real numbers that take integers under another name, which are stored as their input is. */
const keepingOps: readonly OpName[] = ['resize2d'];

/** Joins a clamp to the layer before it, where nobody else reads what is between. */
export function layersOf(graph: Graph, types: ValueTypes): readonly Layer[] {
  const fused = fuseNodes(graph, types, {
    takesEpilogue: ({ op }) => clippingOps.includes(op),
    takesStage: ({ kind }, before) => kind === 'clamp' && before.length === 0,
  });
  return fused.map(({ node, epilogue: [stage], names, output }) => ({
    node,
    names,
    output,
    ...(stage?.kind === 'clamp' && { clamp: { min: stage.min, max: stage.max } }),
  }));
}

/** Whether a node only moves what it reads, so that its result is stored as its input is. */
const isMoving = ({ op }: Node): boolean => contractOf(op).integers === 'kept' || keepingOps.includes(op);

/** Why a node cannot compute with integers; `undefined` where it can. */
function obstacleOf(
  { node, output }: Layer,
  types: ValueTypes,
  parameters: ReadonlySet<string>,
  realEnds: ReadonlySet<string>,
): string | undefined {
  const [a = '', b = ''] = node.inputs;
  if (isWeighted(node.op)) {
    if (node.op === 'matmul' && !parameters.has(b)) return 'both of its matrices are computed';
    if (node.op === 'matmul' && elementCount(types.get(b)?.shape.slice(0, -2) ?? []) !== 1)
      return 'it multiplies with several matrices';
    return node.inputs.slice(1).every((name) => parameters.has(name))
      ? undefined
      : 'its weights are computed by other nodes';
  }
  switch (node.op) {
    case 'add':
    case 'mul':
    case 'sub':
      return parameters.has(a) && parameters.has(b) ? 'both of its inputs are constant' : undefined;
    case 'average-pool2d': {
      const { padding, countIncludePadding } = node.attributes;
      const hasPadding = Object.values(padding).some((pixels) => pixels > 0);
      return hasPadding && countIncludePadding
        ? 'its means count the padding, which those of integers do not'
        : undefined;
    }
    case 'resize2d': {
      const { mode, coordinates, antialias, scales } = node.attributes;
      const isKnown = ['half-pixel', 'align-corners', 'asymmetric'].includes(coordinates);
      return mode === 'linear' && isKnown && antialias !== true && scales === undefined
        ? undefined
        : `it resizes in a way (${mode}, ${coordinates}) that integers have no form for`;
    }
    case 'softmax':
      if (node.attributes.axis !== (types.get(a)?.shape.length ?? 0) - 1)
        return 'its softmax is not along the last dimension';
      return realEnds.has(output)
        ? 'it gives the real numbers that the network returns, which bytes would round to 256ths'
        : undefined;
    case 'prelu': {
      const slopes = types.get(b)?.shape ?? [];
      const perChannel = elementCount(slopes) === 1 || elementCount(slopes) === slopes.at(-1);
      return parameters.has(b) && perChannel
        ? undefined
        : 'its slopes are not one constant, nor one for each channel';
    }
    case 'global-average-pool2d':
      return undefined;
    default:
      break;
  }
  if (isMoving(node)) return undefined;
  // Any function of one byte is a table of 256.
  if (activationOf(node) !== undefined) return undefined;
  return `${node.op} has no form in integers`;
}

/** What a plan is told. */
export interface PlanOptions {
  /** Outputs of layers that stay with real numbers, and why. */
  readonly keepFloat?: ReadonlyMap<string, string>;
  /** Whether the network returns integers. Default `false`. */
  readonly integerEnds?: boolean;
}

/** A graph, its layers, and what they are computed with. */
export interface QuantizationPlan {
  readonly graph: Graph;
  readonly types: ValueTypes;
  readonly layers: readonly PlannedLayer[];
}

/** Plans each layer by itself; what only moves numbers goes by what it moves. */
export function planQuantization(
  graph: Graph,
  { keepFloat = new Map(), integerEnds = false }: PlanOptions = {},
): QuantizationPlan {
  const types = inferTypes(graph);
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const uses = usesOf(graph);
  /** Values that nobody but the caller reads, as real numbers. */
  const realEnds = new Set(
    integerEnds ? [] : graph.outputs.filter((name) => uses.get(name)?.every((user) => user === 'output')),
  );
  /** Values that are, or can be made, integers without a step between. */
  const integers = new Set(graph.inputs.filter(({ dtype }) => dtype === 'float32').map(({ name }) => name));
  const layers = layersOf(graph, types).map((layer): PlannedLayer => {
    const { node, output } = layer;
    const why = keepFloat.get(output) ?? obstacleOf(layer, types, parameters, realEnds);
    if (why !== undefined) return { ...layer, arithmetic: 'float', why };
    if (!isMoving(node)) {
      integers.add(output);
      return { ...layer, arithmetic: 'integer' };
    }
    const moved = node.inputs.filter((name) => !parameters.has(name));
    if (!moved.some((name) => integers.has(name)))
      return { ...layer, arithmetic: 'float', why: 'it moves real numbers' };
    integers.add(output);
    return { ...layer, arithmetic: 'moved' };
  });
  return { graph, types, layers };
}

/** Values that are stored alike, by the name of one of them. */
export type StorageClasses = ReadonlyMap<string, string>;

/** Results that a runtime stores in one way only, whatever their range: scale and zero point of int8. */
const fixedScales: Readonly<Record<string, { readonly scale: number; readonly zeroPoint: number }>> = {
  // Source: TensorFlow Lite's 8-bit quantization specification, LOGISTIC, SOFTMAX and TANH.
  sigmoid: { scale: 1 / 256, zeroPoint: -128 },
  softmax: { scale: 1 / 256, zeroPoint: -128 },
  tanh: { scale: 1 / 128, zeroPoint: 0 },
};

/** How a layer's result has to be stored as int8, if that is fixed. */
export const fixedStorage = ({ node }: Layer): { scale: number; zeroPoint: number } | undefined =>
  Object.hasOwn(fixedScales, node.op) ? fixedScales[node.op] : undefined;

/**
 * Which values share scale and zero point: what is moved keeps those of where it came from, and what is joined has one for all of
 * its parts. A result whose storage is fixed joins nobody's class in a concatenation.
 */
export function storageClasses({
  layers,
  graph,
}: Pick<QuantizationPlan, 'layers' | 'graph'>): StorageClasses {
  const parent = new Map<string, string>();
  const find = (value: string): string => {
    const above = parent.get(value) ?? value;
    return above === value ? value : find(above);
  };
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const fixed = new Set<string>();
  for (const layer of layers) {
    const { node, output, arithmetic } = layer;
    if (arithmetic === 'integer' && fixedStorage(layer) !== undefined) fixed.add(find(output));
    if (arithmetic !== 'moved') continue;
    const parts = node.inputs.filter((name) => !parameters.has(name));
    const joined = parts.length === 1 ? parts : parts.filter((name) => !fixed.has(find(name)));
    for (const name of joined) {
      const [a, b] = [find(name), find(output)];
      if (a !== b) parent.set(b, a);
    }
  }
  const values = [...graph.inputs.map(({ name }) => name), ...layers.map(({ output }) => output)];
  return new Map(values.map((value) => [value, find(value)]));
}
