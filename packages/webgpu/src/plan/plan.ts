/** @file What runs on the GPU, in which order and on which memory: plain data, found without a device. */
import {
  type ArenaBuffer,
  contractOf,
  type FusedGraph,
  type FusedNode,
  fuseGraph,
  type Graph,
  type GraphInput,
  type OpName,
  planArena,
  usesOf,
} from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import { GpuError } from '../errors.js';
import { planDepthwise } from './depthwise.js';
import {
  planActivation,
  planBatchNorm,
  planBinary,
  planConcat,
  planCopy,
  planPad,
  planSlice,
  planTranspose,
} from './elements.js';
import { planPool, planResize } from './images.js';
import { planInverted } from './inverted.js';
import type { Width } from './kernel.js';
import type { Operand } from './operands.js';
import { type DepthwiseBefore, planProduct } from './products.js';
import { planGlobalPool, planLayerNorm, planReduceMean, planSoftmax } from './reductions.js';
import { planGather, planTopK } from './selections.js';
import type { PlanContext, Step } from './step.js';

/** Offsets of bindings are multiples of this on every device. */
export const bindingAlignment = 256;

/** Where a value of the arena lies. */
export interface Place {
  readonly offset: number;
  readonly bytes: number;
}

/** A network as dispatches on one buffer. */
export interface GpuPlan {
  readonly steps: readonly Step[];
  readonly inputs: readonly GraphInput[];
  /** What the network returns: the value of the arena that each output is, or the parameter. */
  readonly outputs: readonly { readonly name: string; readonly source: Operand; readonly type: GraphInput }[];
  /** By value. Views lie where the value does that they are of. */
  readonly places: ReadonlyMap<string, Place>;
  readonly arenaBytes: number;
}

type Planner = (context: PlanContext, fused: FusedNode) => Step | readonly Step[];

const planners: Partial<Record<OpName, Planner>> = {
  'average-pool2d': planPool,
  'batch-norm': planBatchNorm,
  concat: planConcat,
  'conv-transpose2d': planProduct,
  conv2d: planProduct,
  dense: planProduct,
  'depthwise-conv2d': planDepthwise,
  flatten: planCopy,
  gather: planGather,
  'global-average-pool2d': planGlobalPool,
  'global-max-pool2d': planGlobalPool,
  'layer-norm': planLayerNorm,
  matmul: planProduct,
  'max-pool2d': planPool,
  pad: planPad,
  'pointwise-conv2d': planProduct,
  'reduce-mean': planReduceMean,
  reshape: planCopy,
  resize2d: planResize,
  slice: planSlice,
  softmax: planSoftmax,
  'top-k': planTopK,
  transpose: planTranspose,
};

function plannerOf({ node }: FusedNode): Planner {
  const planner =
    planners[node.op] ??
    (contractOf(node.op).activation && planActivation) ??
    (isBinary(node.op) && planBinary);
  if (planner) return planner;
  throw new GpuError(
    `${node.op} "${node.name}" does not run on the GPU, which computes with real numbers only: read the network as float32, or run it with @sepconv/kernels`,
  );
}

const isBinary = (op: OpName): boolean => contractOf(op).combine !== undefined;

/** Real numbers of four bytes are all that there is on the GPU. */
function refuseOtherTypes({ graph, types }: FusedGraph): void {
  for (const [name, { dtype }] of types) {
    if (dtype === 'float32') continue;
    const producer = graph.nodes.find(({ outputs }) => outputs.includes(name));
    const where =
      producer === undefined ? `"${name}"` : `${producer.op} "${producer.name}" gives "${name}", which`;
    throw new GpuError(
      `${where} is ${dtype}, and the GPU computes with float32 only: read the network as float32, or run it with @sepconv/kernels`,
    );
  }
}

/** Taps above which a depthwise convolution is not computed again for every tile of columns. */
const mostTaps = 25;

/**
 * Depthwise convolutions that the one product behind them can compute where it reads, by the product: values between the two then never
 * reach memory, and a dispatch is saved.
 */
function depthwiseBefore({ graph, nodes, types }: FusedGraph): ReadonlyMap<FusedNode, DepthwiseBefore> {
  const uses = usesOf(graph);
  const byOutput = new Map(nodes.map((fused) => [fused.output, fused]));
  const found = new Map<FusedNode, DepthwiseBefore>();
  for (const fused of nodes) {
    const { node } = fused;
    const isPointwise = node.op === 'pointwise-conv2d';
    const before = byOutput.get(node.inputs[0] as string);
    if (!isPointwise || before?.node.op !== 'depthwise-conv2d' || before.addend !== undefined) continue;
    if (uses.get(before.output)?.length !== 1 || fused.addend === before.output) continue;
    const [height = 0, width = 0, channels = 0, multiplier = 0] =
      types.get(before.node.inputs[1] as string)?.shape ?? [];
    if (multiplier === 1 && channels % 4 === 0 && height * width <= mostTaps)
      found.set(fused, before as DepthwiseBefore);
  }
  return found;
}

/** The expansion before a depthwise convolution, if nobody else reads it. */
function expansionBefore({ graph, nodes }: FusedGraph, { node }: DepthwiseBefore): FusedNode | undefined {
  const expand = nodes.find(({ output }) => output === node.inputs[0]);
  if (expand?.node.op !== 'pointwise-conv2d' || expand.addend !== undefined) return undefined;
  return usesOf(graph).get(expand.output)?.length === 1 ? expand : undefined;
}

/**
 * Inverted residuals that are one dispatch, by their projections, and what each of them takes. An expansion that computes a depthwise
 * convolution itself, as all but the first of MobileNetV1 do, keeps it.
 */
function invertedResiduals(
  fused: FusedGraph,
  before: ReadonlyMap<FusedNode, DepthwiseBefore>,
  context: PlanContext,
): ReadonlyMap<FusedNode, { readonly step: Step; readonly expand: FusedNode }> {
  const found = new Map<FusedNode, { readonly step: Step; readonly expand: FusedNode }>();
  for (const [project, depthwise] of before) {
    const expand = expansionBefore(fused, depthwise);
    if (expand === undefined || before.has(expand) || project.addend === expand.output) continue;
    const step = planInverted(context, { expand, depthwise, project });
    if (step !== undefined) found.set(project, { step, expand });
  }
  return found;
}

/** Steps in order. */
function stepsOf(fused: FusedGraph, context: PlanContext): readonly Step[] {
  const before = depthwiseBefore(fused);
  const inverted = invertedResiduals(fused, before, context);
  const absorbed = new Set<FusedNode>([
    ...before.values(),
    ...[...inverted.values()].map(({ expand }) => expand),
  ]);
  return fused.nodes.flatMap((node) => {
    if (absorbed.has(node)) return [];
    const block = inverted.get(node);
    if (block !== undefined) return [block.step];
    const depthwise = before.get(node);
    return depthwise === undefined ? plannerOf(node)(context, node) : planProduct(context, node, depthwise);
  });
}

/** When each value of the arena is written first and read last. */
function lifetimes(
  graph: Graph,
  steps: readonly Step[],
  outputs: GpuPlan['outputs'],
  bytesOf: (value: string) => number,
): readonly ArenaBuffer[] {
  const spans = new Map<string, { start: number; end: number }>();
  const touch = (value: string, step: number): void => {
    const span = spans.get(value);
    spans.set(value, { start: span?.start ?? step, end: Math.max(step, span?.end ?? step) });
  };
  for (const { name } of graph.inputs) touch(name, 0);
  steps.forEach(({ operands, output }, step) => {
    for (const operand of operands) if (operand.kind === 'value') touch(operand.value, step);
    touch(output, step);
  });
  for (const { source } of outputs) if (source.kind === 'value') touch(source.value, steps.length);
  return [...spans].map(([id, span]) => ({ id, bytes: bytesOf(id), ...span }));
}

/**
 * What of a graph runs on the GPU, and how.
 *
 * @param unfoldable names of BatchNorms that stay as they are.
 * @param halved names of parameters that may be kept in 16 bits a number.
 * @throws {GpuError} when an op or an element type is none that the GPU computes with, naming the node.
 */
export function planGraph(
  graph: Graph,
  unfoldable?: ReadonlySet<string>,
  halved: ReadonlySet<string> = new Set(),
): GpuPlan {
  const fused = fuseGraph(graph, unfoldable);
  refuseOtherTypes(fused);
  const { types, views } = fused;
  const parameters = new Set(fused.graph.parameters.map(({ name }) => name));
  const operandOf = (value: string): Operand =>
    parameters.has(value)
      ? { kind: 'parameter', name: value }
      : { kind: 'value', value: views.get(value) ?? value };
  const weightOf = (value: string, width: Width): Operand => {
    const operand = operandOf(value);
    return operand.kind === 'parameter' && width === 4 && halved.has(value)
      ? { ...operand, isHalf: true }
      : operand;
  };
  const steps = stepsOf(fused, { types, operandOf, weightOf });
  const outputs = fused.graph.outputs.map((name) => ({
    name,
    source: operandOf(name),
    type: { name, ...types.get(name) } as GraphInput,
  }));
  const bytesOf = (value: string): number => byteLength(types.get(value) as GraphInput);
  const { offsets, bytes } = planArena(lifetimes(fused.graph, steps, outputs, bytesOf), bindingAlignment);
  const places = new Map(
    [...offsets].map(([value, offset]) => [value, { offset, bytes: Math.ceil(bytesOf(value) / 16) * 16 }]),
  );
  return { steps, inputs: fused.graph.inputs, outputs, places, arenaBytes: bytes };
}
