/** @file Means, maxima and normalizations: several threads for each result. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount, rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { ReduceKernel, RowsKernel } from './kernel.js';
import { OperandList } from './operands.js';
import { operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';
import { collapse } from './strided.js';

/** Results of a workgroup, side by side, each of as many threads. */
export const reduceSide = 16;

function planReduction(
  context: PlanContext,
  fused: FusedNode,
  how: ReduceKernel['how'],
  axes: readonly number[],
): Step {
  const shape = shapeOf(context, fused.node.inputs[0]);
  const strides = rowMajorStrides(shape);
  const select = (isReduced: boolean): { dimensions: Shape; strides: readonly number[] } => {
    const kept = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === isReduced);
    const part = { strides: kept.map((axis) => strides[axis] as number), offset: 0 };
    const { dimensions, parts } = collapse({
      dimensions: kept.map((axis) => shape[axis] as number),
      parts: [part],
    });
    return { dimensions, strides: parts[0]?.strides ?? [] };
  };
  const list = new OperandList();
  list.add(operandAt(context, fused.node, 0), 1);
  const kernel: ReduceKernel = { kind: 'reduce', how, kept: select(false), reduced: select(true) };
  const results = elementCount(kernel.kept.dimensions);
  return stepOf(fused, list, 1, kernel, workgroupsFor(results, reduceSide));
}

export const planReduceMean = (context: PlanContext, fused: FusedNode): Step =>
  planReduction(context, fused, 'mean', (fused.node as NodeOf<'reduce-mean'>).attributes.axes);

/** Over height and width. */
export const planGlobalPool = (context: PlanContext, fused: FusedNode): Step =>
  planReduction(context, fused, fused.node.op === 'global-max-pool2d' ? 'max' : 'mean', [1, 2]);

export function planSoftmax(context: PlanContext, fused: FusedNode): Step {
  const { axis } = (fused.node as NodeOf<'softmax'>).attributes;
  const shape = shapeOf(context, fused.node.outputs[0]);
  const inner = elementCount(shape.slice(axis + 1));
  return planRows(context, fused, { kind: 'softmax', size: shape[axis] as number, inner, epsilon: 0 });
}

export function planLayerNorm(context: PlanContext, fused: FusedNode): Step {
  const { epsilon } = (fused.node as NodeOf<'layer-norm'>).attributes;
  const size = shapeOf(context, fused.node.outputs[0]).at(-1) as number;
  return planRows(context, fused, { kind: 'layer-norm', size, inner: 1, epsilon });
}

/** One workgroup for each row. */
function planRows(context: PlanContext, fused: FusedNode, rows: Omit<RowsKernel, 'outer'>): Step {
  const list = new OperandList();
  for (const name of fused.node.inputs) list.add(context.operandOf(name), 1);
  const count = elementCount(shapeOf(context, fused.node.outputs[0])) / rows.size;
  const kernel: RowsKernel = { ...rows, outer: count / rows.inner };
  return stepOf(fused, list, 1, kernel, workgroupsFor(count, 1));
}
