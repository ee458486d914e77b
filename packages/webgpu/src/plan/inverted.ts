/** @file Inverted residuals in one dispatch: the expansion of a tile of pixels is made a few channels at a time, and never reaches memory. */
import type { FusedNode, HeightWidth } from '@sepconv/graph';
import type { InvertedKernel, Window } from './kernel.js';
import { OperandList } from './operands.js';
import { type DepthwiseBefore, windowOf } from './products.js';
import { finishOf, operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';

/** Output pixels of a workgroup along each side, a thread each. */
export const invertedSide = 8;

/** Output channels of which a thread keeps its sums in registers. */
const mostColumns = 64;
/** Workgroups below which a GPU would stand idle, where several dispatches have more of them. */
const fewestTiles = 16;
/** Bytes of shared memory that every device has, and buffers of a dispatch. */
const sharedBytes = 16384;
const mostBindings = 8;

/** Pixels of the expansion under a tile. */
export const haloOf = ({ size, strides, dilations }: Window): HeightWidth => [
  (invertedSide - 1) * strides[0] + (size[0] - 1) * dilations[0] + 1,
  (invertedSide - 1) * strides[1] + (size[1] - 1) * dilations[1] + 1,
];

/** A block of an expansion, a depthwise convolution and a projection, the first two of which nobody else reads. */
export interface Inverted {
  readonly expand: FusedNode;
  readonly depthwise: DepthwiseBefore;
  readonly project: FusedNode;
}

/** The step of a block, or nothing where it does not fit a workgroup or leaves too few of them. */
export function planInverted(
  context: PlanContext,
  { expand, depthwise, project }: Inverted,
): Step | undefined {
  const window = windowOf(context, depthwise.node);
  const channels = shapeOf(context, expand.node.inputs[0]).at(-1) as number;
  const expanded = shapeOf(context, depthwise.node.inputs[0]).at(-1) as number;
  const [images = 0, height = 0, width = 0, columns = 0] = shapeOf(context, project.node.outputs[0]);
  const halo = haloOf(window);
  const tiles: HeightWidth = [Math.ceil(height / invertedSide), Math.ceil(width / invertedSide)];
  const count = images * tiles[0] * tiles[1];
  const isFitting =
    [channels, expanded, columns].every((size) => size % 4 === 0) &&
    columns <= mostColumns &&
    16 * halo[0] * halo[1] <= sharedBytes &&
    count >= fewestTiles;
  if (!isFitting) return undefined;
  const list = new OperandList();
  const input = list.add(operandAt(context, expand.node, 0), 4);
  const convolution = ({ node }: FusedNode) => {
    const bias = node.inputs[2];
    return {
      weight: list.add(context.weightOf(node.inputs[1] as string, 4), 4),
      ...(bias === undefined ? {} : { bias: list.add(context.operandOf(bias), 4) }),
    };
  };
  const kernel: InvertedKernel = {
    kind: 'inverted',
    window,
    images,
    tiles,
    channels,
    expanded,
    columns,
    input,
    expand: { ...convolution(expand), stages: expand.epilogue },
    depthwise: { ...convolution(depthwise), stages: depthwise.epilogue },
    project: convolution(project),
    finish: finishOf(context, list, project, 4),
  };
  if (list.operands.length >= mostBindings) return undefined;
  const names = [...expand.names, ...depthwise.names, ...project.names];
  return stepOf({ names, output: project.output }, list, 4, kernel, workgroupsFor(count, 1));
}
