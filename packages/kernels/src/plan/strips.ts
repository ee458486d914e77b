/** @file Which steps become one that runs in strips. */
import { hasAddition } from '@sepconv/graph';
import { depthwiseKey } from './depthwise-block.js';
import type { DepthwiseKernel } from './depthwise-conv2d.js';
import type { Engine } from './engine.js';
import { type GemmKernel, productKey } from './gemm.js';
import type { Kernel } from './kernel.js';
import { usualLimits } from './machine.js';
import type { ScheduledStep } from './nodes.js';
import { follows, planSeparable, type StripLimits, separableStep } from './separable.js';
import type { PlanContext } from './step.js';

/** Whether depthwise and pointwise convolutions are fused: where it is estimated to pay, wherever it can be, or never. */
export type Fusion = 'auto' | 'on' | 'off';

/** Whether groups of kernels are to be fused, by {@link groupKey}, as tuning has found; those that are not named, as is estimated. */
export type FusedGroups = ReadonlyMap<string, boolean>;

/** What names a group of kernels that may be fused: all that its speed depends on. */
export function groupKey(kernels: readonly Kernel[]): string {
  const keyOf = (kernel: Kernel): string =>
    kernel.kind === 'depthwise-conv2d' ? depthwiseKey(kernel) : productKey(kernel as GemmKernel);
  return kernels.map(keyOf).join('; ');
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
  kernel.isPackedPerImage !== true &&
  kernel.widened === undefined;

const isPlainDepthwise = (kernel: Kernel): kernel is DepthwiseKernel =>
  kernel.kind === 'depthwise-conv2d' && kernel.pairs === undefined && !hasAddition(kernel.epilogue);

/** How many steps and outputs read each value. */
function countReaders(
  { graph, views }: PlanContext,
  steps: readonly ScheduledStep[],
): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const add = (value: string): void => {
    readers.set(value, (readers.get(value) ?? 0) + 1);
  };
  for (const { operands, output } of steps) {
    for (const operand of operands) {
      if (operand.kind === 'value' && operand.value !== output) add(operand.value);
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

/** As measured, see bench/NOTES.md, for an engine's caches. What lies between is the third level's, whose size is not measured. */
export function fusionLimitsOf({ limits = usualLimits }: Pick<Engine, 'limits'>): FusionLimits {
  return {
    mostScratchBytes: limits.stripScratch,
    leastStripPixels: 40,
    leastSteps: 3,
    bytesBetween: 4 * 1024 * 1024,
    mostWeightBytes: limits.stripWeights,
  };
}

/** Whether fusing is estimated to pay: what lies between would leave the cache, and the weights would not. */
function pays(parts: readonly ScheduledStep[], limits: FusionLimits): boolean {
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
function isWanted({ fusion, limits }: FusionChoice, parts: readonly ScheduledStep[]): boolean {
  const known =
    typeof fusion === 'string' ? undefined : fusion.get(groupKey(parts.map((part) => part.kernel)));
  return known ?? (fusion === 'on' || (fusion !== 'off' && pays(parts, limits)));
}

/** The pair or triple that starts at `index`, as one step. */
function joinAt(
  steps: readonly ScheduledStep[],
  readers: ReadonlyMap<string, number>,
  index: number,
  choice: FusionChoice,
): { readonly length: number; readonly step: ScheduledStep } | undefined {
  const feeds = ({ output }: ScheduledStep, second: ScheduledStep | undefined): boolean => {
    const operand = second?.operands[0];
    return operand?.kind === 'value' && operand.value === output && readers.get(output) === 1;
  };
  for (const length of [3, 2]) {
    const parts = steps.slice(index, index + length);
    const kernels = parts.map(({ kernel }) => kernel);
    const [depthwise, pointwise] = kernels.slice(-2);
    const expansion = length === 3 ? kernels[0] : undefined;
    if (parts.length < length || depthwise === undefined || pointwise === undefined) continue;
    if (!isPlainDepthwise(depthwise) || !isPointwise(pointwise)) continue;
    if (expansion !== undefined && (!isPointwise(expansion) || hasAddition(expansion.epilogue))) continue;
    if (!parts.slice(0, -1).every((part, i) => feeds(part, parts[i + 1]))) continue;
    if (!follows(depthwise, pointwise, expansion)) continue;
    if (!isWanted(choice, parts)) continue;
    const kernel = planSeparable(depthwise, pointwise, choice.limits, expansion);
    if (kernel === undefined) continue;
    const nodes = parts.flatMap((part) => part.nodes);
    return { length, step: { ...separableStep(kernel, parts), nodes } };
  }
  return undefined;
}

/** The steps of a network with those joined that are wanted, by default as measured. */
export function joinStrips(
  context: PlanContext,
  steps: readonly ScheduledStep[],
  fusion: Fusion | FusedGroups,
  limits = fusionLimitsOf(context.engine),
): readonly ScheduledStep[] {
  if (fusion === 'off') return steps;
  const readers = countReaders(context, steps);
  const joined: ScheduledStep[] = [];
  for (let index = 0; index < steps.length; ) {
    const found = joinAt(steps, readers, index, { fusion, limits });
    joined.push(found?.step ?? (steps[index] as ScheduledStep));
    index += found?.length ?? 1;
  }
  return joined;
}
