/** @file From convolution and dense nodes to kernels: shapes, padding, packing. */

import type { FusedNode, NodeOf, Padding } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { type PadKernel, paddedShape, planPad } from './copy.js';
import {
  alongRows,
  type DepthwiseKernel,
  type DepthwiseShape,
  depthwisePanels,
  depthwiseUnits,
  packedDepthwiseLength,
  planDepthwise,
  zeroRowBytes,
} from './depthwise-conv2d.js';
import { stagingBytes } from './depthwise-staging.js';
import { type GemmKernel, type GemmShape, gemmUnits, gemmWeights, panelsOf, planGemm } from './gemm.js';
import { addendOf, imageOf, layerParameters, oneStep, shapeOf } from './operands.js';
import { floatBytes } from './sizes.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

/** Reading beyond the last channel of a row of zeros must find zeros too. */
const slackBytes = 16;

function gemmStep(
  context: PlanContext,
  fused: FusedNode,
  kernel: GemmKernel,
  input: Operand,
): PlannedStep<GemmKernel>[] {
  const weights = gemmWeights([panelsOf(kernel)], layerParameters(context, fused));
  return oneStep(context, fused, kernel, gemmUnits(kernel), [input, weights]);
}

/** `rows` rows of `depth` numbers times a matrix. */
function flatShape(rows: number, depth: number, columns: number, fused: FusedNode): GemmShape {
  return {
    images: 1,
    imageStride: 0,
    lines: 1,
    lineStride: 0,
    pixels: rows,
    pixelStride: depth * floatBytes,
    taps: [],
    depth,
    groups: 1,
    columns,
    epilogue: fused.epilogue,
  };
}

/** A pointwise convolution: one long line of pixels. */
export function planPointwise(context: PlanContext, fused: FusedNode): PlannedStep<GemmKernel>[] {
  const input = fused.node.inputs[0] as string;
  const [batch, height, width, channels] = imageOf(context, input);
  const columns = shapeOf(context, fused.node.inputs[1])[3] as number;
  const shape = flatShape(batch * height * width, channels, columns, fused);
  const kernel = planGemm(context.engine, 'pointwise-conv2d', shape);
  return gemmStep(context, fused, kernel, { kind: 'value', value: input });
}

/** A dense layer: one line with a pixel for each row of the batch. */
export function planDense(context: PlanContext, fused: FusedNode): PlannedStep<GemmKernel>[] {
  const input = fused.node.inputs[0] as string;
  const [rows, depth] = shapeOf(context, input) as [number, number];
  const columns = shapeOf(context, fused.node.inputs[1])[1] as number;
  const kernel = planGemm(context.engine, 'dense', flatShape(rows, depth, columns, fused));
  return gemmStep(context, fused, kernel, { kind: 'value', value: input });
}

/** A copy of `input` with zeros around it, as a value of its own; nothing where there is no padding. */
export function padded(
  context: PlanContext,
  input: string,
  output: string,
  padding: Padding,
): {
  readonly steps: PlannedStep<PadKernel>[];
  readonly value: string;
  readonly height: number;
  readonly width: number;
} {
  const shape = imageOf(context, input);
  const [, height, width] = shape;
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return { steps: [], value: input, height, width };
  const kernel = planPad(shape, [0, top, left, 0], [0, bottom, right, 0], 0);
  const dimensions = paddedShape(kernel);
  const value = `${output}/padded`;
  const step: PlannedStep<PadKernel> = {
    kernel,
    units: elementCount(dimensions.slice(0, -1)),
    operands: [
      { kind: 'value', value: input },
      { kind: 'value', value },
    ],
    output: value,
    outputBytes: elementCount(dimensions) * floatBytes,
  };
  return { steps: [step], value, height: height + top + bottom, width: width + left + right };
}

/** A standard or grouped convolution: a matrix product on the (padded) image itself. */
export function planConv2d(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<PadKernel | GemmKernel | DepthwiseKernel>[] {
  const node = fused.node as NodeOf<'conv2d'>;
  const input = node.inputs[0] as string;
  const [batch, , , channels] = imageOf(context, input);
  const [, outputHeight, outputWidth, outputs] = imageOf(context, node.outputs[0]);
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as [number, number];
  const { groups, strides, dilations, padding } = node.attributes;
  if (groups === channels) return planGroupPerChannel(context, fused);

  const source = padded(context, input, fused.output, padding);
  const pixelBytes = channels * floatBytes;
  const rowBytes = source.width * pixelBytes;
  // Columns of the window lie side by side, unless dilation or another group's channels are between them.
  const isContiguous = dilations[1] === 1 && groups === 1;
  const taps = [
    { count: kernelHeight, stride: dilations[0] * rowBytes },
    { count: isContiguous ? 1 : kernelWidth, stride: dilations[1] * pixelBytes },
  ].filter(({ count }) => count > 1);
  const kernel = planGemm(context.engine, 'conv2d', {
    images: batch,
    imageStride: source.height * rowBytes,
    lines: outputHeight,
    lineStride: strides[0] * rowBytes,
    pixels: outputWidth,
    pixelStride: strides[1] * pixelBytes,
    taps,
    depth: (isContiguous ? kernelWidth : 1) * (channels / groups),
    groups,
    columns: outputs / groups,
    epilogue: fused.epilogue,
  });
  return [...source.steps, ...gemmStep(context, fused, kernel, { kind: 'value', value: source.value })];
}

/** Where a staged convolution copies its rows to. */
const scratchOf = (kernel: DepthwiseKernel): Operand[] =>
  kernel.staging === undefined ? [] : [{ kind: 'scratch', bytes: stagingBytes(kernel, kernel.staging) }];

function depthwiseStep(
  context: PlanContext,
  fused: FusedNode,
  shape: DepthwiseShape,
): PlannedStep<DepthwiseKernel>[] {
  const kernel = planDepthwise(context.engine, shape);
  const outputs = shape.channels * shape.multiplier;
  const layout = {
    kind: 'depthwise',
    ...depthwisePanels(kernel),
    ...layerParameters(context, fused),
  } as const;
  return [
    {
      kernel,
      units: depthwiseUnits(kernel),
      operands: [
        { kind: 'value', value: fused.node.inputs[0] as string },
        { kind: 'weights', bytes: packedDepthwiseLength(kernel) * floatBytes, layout },
        { kind: 'value', value: fused.output },
        { kind: 'zeros', bytes: zeroRowBytes(kernel) + slackBytes },
        ...scratchOf(kernel),
        ...addendOf(fused),
      ],
      output: fused.output,
      outputBytes: shape.batch * shape.output[0] * shape.output[1] * outputs * floatBytes,
    },
  ];
}

/** What the depthwise kernel must know of a node whose every channel stands alone. */
function depthwiseShape(
  context: PlanContext,
  fused: FusedNode,
  node: NodeOf<'depthwise-conv2d'> | NodeOf<'conv2d'>,
): DepthwiseShape {
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth, outputs] = imageOf(context, node.outputs[0]);
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as [number, number];
  const { strides, dilations, padding } = node.attributes;
  return alongRows({
    batch,
    input: [height, width],
    output: [outputHeight, outputWidth],
    channels,
    multiplier: outputs / channels,
    window: [kernelHeight, kernelWidth],
    strides,
    dilations,
    padding: [padding.top, padding.left],
    epilogue: fused.epilogue,
  });
}

/** A depthwise convolution with any channel multiplier. */
export function planDepthwiseConv2d(context: PlanContext, fused: FusedNode): PlannedStep<DepthwiseKernel>[] {
  return depthwiseStep(
    context,
    fused,
    depthwiseShape(context, fused, fused.node as NodeOf<'depthwise-conv2d'>),
  );
}

/**
 * A grouped convolution with one input channel in each group is a depthwise one: its weight `[K_h, K_w, 1, C · M]` has the
 * same numbers in the same order as `[K_h, K_w, C, M]`.
 */
function planGroupPerChannel(context: PlanContext, fused: FusedNode): PlannedStep<DepthwiseKernel>[] {
  return depthwiseStep(context, fused, depthwiseShape(context, fused, fused.node as NodeOf<'conv2d'>));
}
