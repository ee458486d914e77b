/** @file The order of kernels, and which of them become one. */
import type { DepthwiseKernel } from './depthwise-conv2d.js';
import { hasAddition } from './epilogue.js';
import type { GemmKernel } from './gemm.js';
import type { Kernel } from './kernel.js';
import { planNode } from './nodes.js';
import {
  defaultStripLimits,
  follows,
  fusePlanned,
  planSeparable,
  type SeparableKernel,
  type StripLimits,
} from './separable.js';
import type { PlanContext, PlannedKernel } from './step.js';

/** Whether depthwise and pointwise convolutions are fused: where it is estimated to pay, wherever it can be, or never. */
export type Fusion = 'auto' | 'on' | 'off';

/** Groups of nodes that are to be fused, by {@link groupKey}; what tuning finds. */
export type FusedGroups = ReadonlySet<string>;

/** What names a group of fused nodes. */
export function groupKey(nodes: readonly string[]): string {
  return JSON.stringify(nodes);
}

/** A run of a kernel and the nodes that it computes. */
export interface Scheduled {
  readonly nodes: readonly string[];
  readonly planned: PlannedKernel<Kernel>;
}

/** A pointwise convolution over the whole batch, in one line of pixels. */
const isPointwise = (kernel: Kernel): kernel is GemmKernel =>
  kernel.kind === 'gemm' &&
  kernel.images === 1 &&
  kernel.lines === 1 &&
  kernel.taps.length === 0 &&
  kernel.groups === 1 &&
  kernel.pixels > 1 &&
  kernel.places === undefined &&
  kernel.isPackedPerImage !== true;

const isPlainDepthwise = (kernel: Kernel): kernel is DepthwiseKernel =>
  kernel.kind === 'depthwise-conv2d' && !hasAddition(kernel.epilogue);

/** How many runs and outputs read each value. */
function countReaders(
  { graph, views }: PlanContext,
  runs: readonly Scheduled[],
): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const add = (value: string): void => {
    readers.set(value, (readers.get(value) ?? 0) + 1);
  };
  for (const { planned } of runs) {
    for (const operand of planned.operands) {
      if (operand.kind === 'value' && operand.value !== planned.output) add(operand.value);
    }
  }
  for (const output of graph.outputs) add(views.get(output) ?? output);
  return readers;
}

/** What the estimate whether fusing pays goes by, and how strips are cut; tests force every decision with it. */
export interface FusionLimits extends StripLimits {
  /**
   * Steps that a group must have. Only with an expansion is there so much between that fusing pays; a pair by itself
   * measures the same or slightly slower in strips.
   */
  readonly leastSteps: number;
  /**
   * Bytes between two steps above which strips are no slower. Between the second-level cache and these, what lies between
   * comes back from the third-level cache while the matrix product computes, and the rows that strips move are not paid for.
   */
  readonly bytesBetween: number;
  /** Weights that every strip reads again; larger ones cost more than the strip saves. */
  readonly mostWeightBytes: number;
}

/** As measured; see bench/NOTES.md. */
export const defaultFusionLimits: FusionLimits = {
  ...defaultStripLimits,
  leastSteps: 3,
  bytesBetween: 4 * 1024 * 1024,
  mostWeightBytes: 256 * 1024,
};

/** Whether fusing is estimated to pay: what lies between would leave the cache, and the weights would not. */
function pays(parts: readonly PlannedKernel<Kernel>[], limits: FusionLimits): boolean {
  if (parts.length < limits.leastSteps) return false;
  const between = parts.slice(0, -1).reduce((most, { outputBytes }) => Math.max(most, outputBytes), 0);
  const weights = parts.reduce(
    (sum, { operands }) =>
      sum + operands.reduce((bytes, o) => bytes + (o.kind === 'weights' ? o.bytes : 0), 0),
    0,
  );
  return between > limits.bytesBetween && weights <= limits.mostWeightBytes;
}

/** Which groups are to become one, and by which limits. */
interface FusionChoice {
  readonly fusion: Fusion | FusedGroups;
  readonly limits: FusionLimits;
}

/** Whether these parts are to become one. */
function isWanted(
  { fusion, limits }: FusionChoice,
  nodes: readonly string[],
  parts: readonly PlannedKernel<Kernel>[],
): boolean {
  if (typeof fusion !== 'string') return fusion.has(groupKey(nodes));
  return fusion === 'on' || (fusion === 'auto' && pays(parts, limits));
}

/** The pair or triple that starts at `index`, as one run. */
function fuseAt(
  runs: readonly Scheduled[],
  readers: ReadonlyMap<string, number>,
  index: number,
  choice: FusionChoice,
) {
  const feeds = (first: Scheduled, second: Scheduled | undefined): boolean => {
    const operand = second?.planned.operands[0];
    return (
      operand?.kind === 'value' &&
      operand.value === first.planned.output &&
      readers.get(first.planned.output) === 1
    );
  };
  for (const length of [3, 2]) {
    const group = runs.slice(index, index + length);
    const parts = group.map(({ planned }) => planned);
    const kernels = parts.map(({ kernel }) => kernel);
    const [depthwise, pointwise] = kernels.slice(-2);
    const expansion = length === 3 ? kernels[0] : undefined;
    if (group.length < length || depthwise === undefined || pointwise === undefined) continue;
    if (!isPlainDepthwise(depthwise) || !isPointwise(pointwise)) continue;
    if (expansion !== undefined && (!isPointwise(expansion) || hasAddition(expansion.epilogue))) continue;
    if (!group.slice(0, -1).every((run, i) => feeds(run, group[i + 1]))) continue;
    const nodes = group.flatMap((run) => run.nodes);
    if (!follows(depthwise, pointwise, expansion)) continue;
    if (!isWanted(choice, nodes, parts)) continue;
    const kernel: SeparableKernel | undefined = planSeparable(depthwise, pointwise, choice.limits, expansion);
    if (kernel === undefined) continue;
    return {
      length,
      run: { nodes, planned: fusePlanned(kernel, parts) },
    };
  }
  return undefined;
}

function fuseSeparable(context: PlanContext, runs: readonly Scheduled[], choice: FusionChoice): Scheduled[] {
  const readers = countReaders(context, runs);
  const fused: Scheduled[] = [];
  for (let index = 0; index < runs.length; ) {
    const found = fuseAt(runs, readers, index, choice);
    fused.push(found?.run ?? (runs[index] as Scheduled));
    index += found?.length ?? 1;
  }
  return fused;
}

/** With every value under the name of the memory that it is. */
function withoutViews<K>(planned: PlannedKernel<K>, views: ReadonlyMap<string, string>): PlannedKernel<K> {
  const operands = planned.operands.map((operand) => {
    const value = operand.kind === 'value' ? views.get(operand.value) : undefined;
    return value === undefined ? operand : { kind: 'value' as const, value };
  });
  return { ...planned, operands };
}

/**
 * The runs of a network in order; they name no view, but the value that it is one of.
 *
 * @throws {EngineError} when a node cannot be planned.
 */
export function scheduleNetwork(
  context: PlanContext,
  fusion: Fusion | FusedGroups,
  limits = defaultFusionLimits,
): readonly Scheduled[] {
  const runs = context.nodes.flatMap((fused) =>
    planNode(context, fused).map((planned) => ({
      nodes: fused.names,
      planned: withoutViews(planned, context.views),
    })),
  );
  return fusion === 'off' ? runs : fuseSeparable(context, runs, { fusion, limits });
}
