/** @file Planning of means over dimensions: each group of neighbouring dimensions is one step. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { inputOperand, shapeOf } from './operands.js';
import { type GlobalPoolKernel, globalPoolUnits, planGlobalPool } from './pool.js';
import { floatBytes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/** The mean of each row of contiguous floats. A unit of work is a row. */
export interface RowMeanKernel {
  readonly kind: 'row-mean';
  readonly name: string;
  readonly length: number;
}

/** One step: the mean along the middle of `[outer, size, inner]`. */
interface MeanStep {
  readonly kernel: RowMeanKernel | GlobalPoolKernel;
  readonly outer: number;
  readonly inner: number;
}

/** Neighbouring dimensions of one kind, joined. */
interface Group {
  readonly size: number;
  readonly isAveraged: boolean;
}

function joinDimensions(shape: Shape, axes: readonly number[]): Group[] {
  const groups: Group[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const isAveraged = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.isAveraged === isAveraged) groups[groups.length - 1] = { size: last.size * size, isAveraged };
    else groups.push({ size, isAveraged });
  });
  return groups;
}

/**
 * The steps of a mean, the outermost first; none where only dimensions of one element are averaged. What lies behind a group
 * is its channels, as in global pooling; where nothing does, each row is summed along its vectors.
 */
function meansOf(engine: Engine, shape: Shape, axes: readonly number[]): MeanStep[] {
  const groups = joinDimensions(shape, axes);
  const steps: MeanStep[] = [];
  let outer = 1;
  groups.forEach(({ size, isAveraged }, index) => {
    if (!isAveraged) {
      outer *= size;
      return;
    }
    const inner = groups.slice(index + 1).reduce((product, group) => product * group.size, 1);
    const kernel: MeanStep['kernel'] =
      inner === 1
        ? { kind: 'row-mean', name: `f32_row-mean__${engine.name}`, length: size }
        : planGlobalPool(engine, { mode: 'average', batch: outer, pixels: size, channels: inner });
    steps.push({ kernel, outer, inner });
  });
  return steps;
}

/** `reduce-mean`: means one after the other; each but the last is a value of its own. */
export function planMean(context: PlanContext, fused: FusedNode): PlannedStep<MeanStep['kernel']>[] {
  const { axes } = (fused.node as NodeOf<'reduce-mean'>).attributes;
  const steps = meansOf(context.engine, shapeOf(context, fused.node.inputs[0]), axes);
  let input = inputOperand(context, fused, 0);
  return steps.map(({ kernel, outer, inner }, index) => {
    const output = index === steps.length - 1 ? fused.output : `${fused.output}/mean-${index}`;
    const units = kernel.kind === 'row-mean' ? outer : globalPoolUnits(kernel);
    const operands = [input, { kind: 'value' as const, value: output }];
    // What is averaged later is still part of `inner`.
    const outputBytes = outer * inner * floatBytes;
    input = { kind: 'value', value: output };
    return { kernel, units, operands, output, outputBytes };
  });
}
