import type { FusedNode, NodeOf } from '@sepconv/graph';
import type { DepthwiseKernel } from './kernel.js';
import { threads } from './kernel.js';
import { OperandList, widthOf, withWidths } from './operands.js';
import { windowOf } from './products.js';
import { finishOf, operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';

/** Output pixels of a thread where windows overlap along a line, and the widest windows of which that many are kept in registers. */
const pixelsOfThread = 4;
const widestWindow = 7;

/** The step of a depthwise convolution that is not part of a product. */
export function planDepthwise(context: PlanContext, fused: FusedNode): Step {
  const node = fused.node as NodeOf<'depthwise-conv2d'>;
  const window = windowOf(context, node);
  const [images = 0, height = 0, width = 0, filters = 0] = shapeOf(context, node.outputs[0]);
  const multiplier = shapeOf(context, node.inputs[1])[3] as number;
  const channels = filters / multiplier;
  const isOverlapping =
    window.dilations[1] === 1 && window.strides[1] < window.size[1] && window.size[1] <= widestWindow;
  const pixels = isOverlapping ? Math.min(pixelsOfThread, width) : 1;
  return withWidths((most) => {
    const list = new OperandList();
    const vector = multiplier === 1 ? widthOf(most, channels) : 1;
    list.add(operandAt(context, node, 0), vector);
    list.add(context.weightOf(node.inputs[1] as string, vector), vector);
    const bias = node.inputs[2];
    const kernel: DepthwiseKernel = {
      kind: 'depthwise',
      window,
      images,
      channels,
      multiplier,
      width: vector,
      pixels,
      ...(bias === undefined ? {} : { bias: list.add(context.operandOf(bias), vector) }),
      finish: finishOf(context, list, fused, vector),
    };
    const count = images * height * Math.ceil(width / pixels) * (filters / vector);
    return stepOf(fused, list, vector, kernel, workgroupsFor(count, threads));
  });
}
