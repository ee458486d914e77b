/** @file The order of kernels, and which of them become one. */
import { EngineError } from '../errors.js';
import type { DepthwiseKernel } from './depthwise-conv2d.js';
import { hasAddition } from './epilogue.js';
import { fuseEpilogues } from './fuse.js';
import type { GemmKernel } from './gemm.js';
import { planNode } from './nodes.js';
import { fusePlanned, planSeparable, type SeparableKernel } from './separable.js';
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
  readonly planned: PlannedKernel;
}

/** All runs in order, and the value that an alias stands for. */
export interface Schedule {
  readonly runs: readonly Scheduled[];
  resolve(value: string): string;
}

/** A pointwise convolution over the whole image, in one line of pixels. */
const isPointwise = (kernel: PlannedKernel['kernel']): kernel is GemmKernel =>
  kernel.kind === 'gemm' &&
  kernel.lines === 1 &&
  kernel.taps.length === 0 &&
  kernel.groups === 1 &&
  kernel.pixels > 1 &&
  kernel.places === undefined &&
  kernel.isPackedPerImage !== true;

const isPlainDepthwise = (kernel: PlannedKernel['kernel']): kernel is DepthwiseKernel =>
  kernel.kind === 'depthwise-conv2d' && !hasAddition(kernel.epilogue);

/** How many runs and outputs read each value. */
function countReaders(context: PlanContext, { runs, resolve }: Schedule): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const add = (value: string): void => {
    readers.set(resolve(value), (readers.get(resolve(value)) ?? 0) + 1);
  };
  for (const { planned } of runs) {
    for (const operand of planned.operands) {
      if (operand.kind === 'value' && operand.value !== planned.output) add(operand.value);
    }
  }
  for (const output of context.graph.outputs) add(output);
  return readers;
}

/**
 * Bytes between two steps from which on strips are no slower. Between the second-level cache and these, what lies between
 * comes back from the third-level cache while the matrix product computes, and the rows that strips move are not paid for.
 */
const cacheBytes = 4 * 1024 * 1024;

/** Weights that every strip reads again; larger ones cost more than the strip saves. */
const mostWeightBytes = 256 * 1024;

/**
 * Whether fusing is estimated to pay: what lies between would leave the cache, and the weights would not. Only with an
 * expansion is there so much between that it does; a pair by itself measures the same or slightly slower in strips.
 */
function pays(parts: readonly PlannedKernel[]): boolean {
  if (parts.length < 3) return false;
  const between = parts.slice(0, -1).reduce((most, { outputBytes }) => Math.max(most, outputBytes), 0);
  const weights = parts.reduce(
    (sum, { operands }) =>
      sum + operands.reduce((floats, o) => floats + (o.kind === 'weights' ? o.length : 0), 0),
    0,
  );
  return between > cacheBytes && weights * 4 <= mostWeightBytes;
}

/** Whether these parts are to become one. */
function isWanted(
  fusion: Fusion | FusedGroups,
  nodes: readonly string[],
  parts: readonly PlannedKernel[],
): boolean {
  if (typeof fusion !== 'string') return fusion.has(groupKey(nodes));
  return fusion === 'on' || (fusion === 'auto' && pays(parts));
}

/** The pair or triple that starts at `index`, as one run. */
function fuseAt(
  schedule: Schedule,
  readers: ReadonlyMap<string, number>,
  index: number,
  fusion: Fusion | FusedGroups,
) {
  const { runs, resolve } = schedule;
  const feeds = (first: Scheduled, second: Scheduled | undefined): boolean => {
    const operand = second?.planned.operands[0];
    return (
      operand?.kind === 'value' &&
      resolve(operand.value) === first.planned.output &&
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
    if (expansion !== undefined && !(isPointwise(expansion) && !hasAddition(expansion.epilogue))) continue;
    if (!group.slice(0, -1).every((run, i) => feeds(run, group[i + 1]))) continue;
    const nodes = group.flatMap((run) => run.nodes);
    if (!isWanted(fusion, nodes, parts)) continue;
    const kernel: SeparableKernel | undefined = planSeparable(
      depthwise,
      pointwise,
      expansion as GemmKernel | undefined,
    );
    if (kernel === undefined) continue;
    return {
      length,
      run: { nodes, planned: fusePlanned(kernel, parts) },
    };
  }
  return undefined;
}

function fuseSeparable(context: PlanContext, schedule: Schedule, fusion: Fusion | FusedGroups): Schedule {
  const readers = countReaders(context, schedule);
  const runs: Scheduled[] = [];
  for (let index = 0; index < schedule.runs.length; ) {
    const fused = fuseAt(schedule, readers, index, fusion);
    runs.push(fused?.run ?? (schedule.runs[index] as Scheduled));
    index += fused?.length ?? 1;
  }
  return { ...schedule, runs };
}

/**
 * The runs of a network in order.
 *
 * @throws {EngineError} when a node cannot be planned.
 */
export function scheduleNetwork(context: PlanContext, fusion: Fusion | FusedGroups): Schedule {
  const aliases = new Map<string, string>();
  const resolve = (value: string): string => aliases.get(value) ?? value;
  const runs: Scheduled[] = [];
  for (const fused of fuseEpilogues(context.graph, context.types)) {
    const planned = planNode(context, fused);
    if (planned === 'alias') {
      const source = fused.node.inputs[0];
      if (source === undefined) throw new EngineError(`${fused.node.op} "${fused.node.name}" has no input`);
      aliases.set(fused.output, resolve(source));
    } else {
      for (const kernel of planned) runs.push({ nodes: fused.names, planned: kernel });
    }
  }
  const schedule = { runs, resolve };
  return fusion === 'off' ? schedule : fuseSeparable(context, schedule, fusion);
}
