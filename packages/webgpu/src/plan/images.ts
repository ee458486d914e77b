/** @file Sliding poolings and changes of size. */
import { type FusedNode, type HeightWidth, type NodeOf, resizeTaps } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { PoolKernel, ResizeKernel, Width } from './kernel.js';
import { threads } from './kernel.js';
import { OperandList, widthOf } from './operands.js';
import { operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';

/** Images, sizes and channels of a node that keeps its channels, and how many of these go at once. */
function imagesOf(context: PlanContext, { node }: FusedNode) {
  const [images = 0, height = 0, width = 0, channels = 0] = shapeOf(context, node.outputs[0]);
  const [, inputHeight = 0, inputWidth = 0] = shapeOf(context, node.inputs[0]);
  const vector: Width = widthOf(4, channels);
  const list = new OperandList();
  list.add(operandAt(context, node, 0), vector);
  const input: HeightWidth = [inputHeight, inputWidth];
  const output: HeightWidth = [height, width];
  return { list, images, input, output, channels: channels / vector, width: vector };
}

export function planPool(context: PlanContext, fused: FusedNode): Step {
  const node = fused.node as NodeOf<'average-pool2d' | 'max-pool2d'>;
  const { list, images, input, output, channels, width } = imagesOf(context, fused);
  const { window: size, strides, dilations, padding } = node.attributes;
  const countsPadding = 'countIncludePadding' in node.attributes && node.attributes.countIncludePadding;
  const kernel: PoolKernel = {
    kind: 'pool',
    how: node.op === 'max-pool2d' ? 'max' : 'mean',
    window: { size, strides, dilations, padding, input, output },
    images,
    channels,
    width,
    countsPadding,
  };
  const count = elementCount(shapeOf(context, node.outputs[0])) / width;
  return stepOf(fused, list, width, kernel, workgroupsFor(count, threads));
}

/** Positions and weights along an axis, as many pairs for each output position as the longest has. */
function tableOf(
  node: NodeOf<'resize2d'>,
  axis: 0 | 1,
  input: number,
): { taps: number; data: Float32Array<ArrayBuffer> } {
  const positions = resizeTaps(node.attributes, axis, input);
  const taps = Math.max(...positions.map(({ length }) => length));
  const data = new Float32Array(2 * taps * positions.length);
  positions.forEach((row, position) => {
    row.forEach(({ index, weight }, tap) => {
      data.set([index, weight], 2 * (position * taps + tap));
    });
  });
  return { taps, data };
}

export function planResize(context: PlanContext, fused: FusedNode): Step {
  const node = fused.node as NodeOf<'resize2d'>;
  const { list, images, input, output, channels, width } = imagesOf(context, fused);
  const [rows, columns] = [tableOf(node, 0, input[0]), tableOf(node, 1, input[1])];
  for (const { data } of [rows, columns]) list.add({ kind: 'constant', data }, 2);
  const taps: HeightWidth = [rows.taps, columns.taps];
  const kernel: ResizeKernel = { kind: 'resize', images, input, output, taps, channels, width };
  const count = elementCount(shapeOf(context, node.outputs[0])) / width;
  return stepOf(fused, list, width, kernel, workgroupsFor(count, threads));
}
