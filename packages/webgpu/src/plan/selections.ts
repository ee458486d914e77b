/** @file Elements at positions that the network computes, and the positions of the largest. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { GatherKernel, TopKKernel } from './kernel.js';
import { threads } from './kernel.js';
import { OperandList } from './operands.js';
import { type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';

const operandsOf = (context: PlanContext, { node }: FusedNode): OperandList => {
  const list = new OperandList();
  for (const name of node.inputs) list.add(context.operandOf(name), 1);
  return list;
};

export function planGather(context: PlanContext, fused: FusedNode): Step {
  const { axis, batch } = (fused.node as NodeOf<'gather'>).attributes;
  const [data, indices] = [shapeOf(context, fused.node.inputs[0]), shapeOf(context, fused.node.inputs[1])];
  const kernel: GatherKernel = {
    kind: 'gather',
    outer: elementCount(data.slice(0, axis)),
    between: elementCount(data.slice(batch, axis)),
    count: elementCount(indices.slice(batch)),
    size: data[axis] as number,
    inner: elementCount(data.slice(axis + 1)),
  };
  const count = elementCount(shapeOf(context, fused.node.outputs[0]));
  return stepOf(fused, operandsOf(context, fused), 1, kernel, workgroupsFor(count, threads));
}

/** One thread for each row: rows are short, and counts small. */
export function planTopK(context: PlanContext, fused: FusedNode): Step {
  const { count } = (fused.node as NodeOf<'top-k'>).attributes;
  const shape = shapeOf(context, fused.node.inputs[0]);
  const size = shape.at(-1) as number;
  const kernel: TopKKernel = { kind: 'top-k', rows: elementCount(shape) / size, size, count };
  return stepOf(fused, operandsOf(context, fused), 1, kernel, workgroupsFor(kernel.rows, threads));
}
