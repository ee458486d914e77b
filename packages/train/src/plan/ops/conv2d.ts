/**
 * @file Planning of standard and grouped convolutions. Forward it is a matrix product on the padded image, as in the engine;
 * back to the input one for each phase of the stride, on the gradient, with a part of the window turned round and the two
 * channels exchanged; back to the weight a product over all positions.
 */
import type { Epilogue, NodeOf } from '@sepconv/graph';
import {
  floatBytes,
  type GemmShape,
  type Phase,
  phaseReach,
  phasesAlong,
  planGemm,
} from '@sepconv/kernels/toolkit';
import type { Shape4 } from '../../ops/training-op.js';
import { runGemm } from '../gemm.js';
import { behindActivation, type NodeContext, type NodePlanner, outputBuffer } from '../planned-node.js';
import { planSpread } from '../spread.js';
import type { Buffer } from '../step-list.js';
import { planWeightGradient, weightGradientUnits } from '../weight-gradient.js';
import { planDepthwiseLike } from './depthwise-conv2d.js';
import { planGradientImage } from './gradient-image.js';
import { giveBiasGradient } from './matrix.js';
import { planPaddedImage } from './padded-image.js';

type Context = NodeContext<'conv2d'>;

/** A convolution without padding on an image of `size` pixels and `channels` channels. */
interface PlainConvolution {
  readonly images: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly output: readonly [height: number, width: number];
  readonly outputChannels: number;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly groups: number;
}

/** Where the sum of a convolution runs: loops over taps, and contiguous elements at each. */
function tapsOf({ width, channels, window, dilations, groups }: PlainConvolution) {
  const pixelBytes = channels * floatBytes;
  // Columns of the window lie side by side, unless dilation or another group's channels are between them.
  const isContiguous = dilations[1] === 1 && groups === 1;
  const taps = [
    { count: window[0], stride: dilations[0] * width * pixelBytes },
    { count: isContiguous ? 1 : window[1], stride: dilations[1] * pixelBytes },
  ].filter(({ count }) => count > 1);
  return { taps, depth: (isContiguous ? window[1] : 1) * (channels / groups) };
}

/** Where the pixels of a convolution's output find their input. */
function linesOf({ images, width, height, channels, output, strides }: PlainConvolution) {
  const pixelBytes = channels * floatBytes;
  return {
    images,
    imageStride: height * width * pixelBytes,
    lines: output[0],
    lineStride: strides[0] * width * pixelBytes,
    pixels: output[1],
    pixelStride: strides[1] * pixelBytes,
  };
}

function gemmShape(convolution: PlainConvolution, epilogue: Epilogue): GemmShape {
  const { groups, outputChannels } = convolution;
  return {
    ...linesOf(convolution),
    ...tapsOf(convolution),
    groups,
    columns: outputChannels / groups,
    epilogue,
  };
}

/** Some taps of `[K_h, K_w, C_in / G, C_out]` as `[taps_y, taps_x, C_out / G, C_in]`: the two channels exchanged. */
function exchanged(weight: Float32Array, shape: Shape4, groups: number, y: Phase, x: Phase): Float32Array {
  const [, width, inputs, filters] = shape;
  const perGroup = filters / groups;
  const taps = y.taps.flatMap((i) => x.taps.map((j) => i * width + j));
  const result = new Float32Array(taps.length * inputs * filters);
  taps.forEach((tap, position) => {
    let from = tap * inputs * filters;
    for (let c = 0; c < inputs; c++) {
      for (let o = 0; o < filters; o++) {
        const group = Math.floor(o / perGroup);
        const row = position * perGroup + o - group * perGroup;
        result[row * groups * inputs + group * inputs + c] = weight[from++]!;
      }
    }
  });
  return result;
}

/** The gradients of the input positions of one phase, `[N, count_y, count_x, C_in]`. */
function planPhase(context: Context, gradient: Buffer, y: Phase, x: Phase): Buffer {
  const { list, node, engine, shapes, outputShape, inputs } = context;
  const [images, , , channels] = shapes[0] as Shape4;
  const weightShape = shapes[1] as Shape4;
  const [, outputHeight, outputWidth, filters] = outputShape as Shape4;
  const { groups } = node.attributes;
  const size = [phaseReach(y), phaseReach(x)] as const;
  const image = planGradientImage(list, engine, gradient, {
    label: node.name,
    images,
    source: [outputHeight, outputWidth],
    size,
    strides: [1, 1],
    shift: [-y.offset, -x.offset],
    channels: filters,
  });
  const back: PlainConvolution = {
    images,
    height: size[0],
    width: size[1],
    channels: filters,
    output: [y.count, x.count],
    outputChannels: channels,
    window: [y.taps.length, x.taps.length],
    strides: [1, 1],
    dilations: [y.dilation, x.dilation],
    groups,
  };
  const output = list.buffer(`${node.name}/phase`, images * y.count * x.count * channels);
  runGemm(list, {
    label: node.name,
    kernel: planGemm(engine, 'conv2d-input-gradient', gemmShape(back, [])),
    input: image,
    weight: inputs[1]!,
    arrange: (weight) => exchanged(weight, weightShape, groups, y, x),
    output,
  });
  return output;
}

function giveInputGradient(context: Context, gradient: Buffer): void {
  const { list, node, engine, shapes, inputs } = context;
  const [images, height, width, channels] = shapes[0] as Shape4;
  const [kernelHeight, kernelWidth] = shapes[1] as Shape4;
  const { strides, dilations, padding } = node.attributes;
  const rows = phasesAlong({
    input: height,
    window: kernelHeight,
    stride: strides[0],
    dilation: dilations[0],
    paddingBefore: padding.top,
  });
  const columns = phasesAlong({
    input: width,
    window: kernelWidth,
    stride: strides[1],
    dilation: dilations[1],
    paddingBefore: padding.left,
  });
  const phases = rows.flatMap((y) =>
    columns.map((x) => ({ y, x, buffer: planPhase(context, gradient, y, x) })),
  );
  if (strides[0] === 1 && strides[1] === 1) {
    context.give(0, phases[0]!.buffer);
    return;
  }
  const output = list.buffer(`${node.name}/input-gradient`, inputs[0]!.floats);
  // Positions that no window reads keep a gradient of zero.
  list.clear(output);
  for (const { y, x, buffer } of phases) {
    const copy = planSpread(engine, {
      images,
      source: [y.count, x.count],
      target: [height, width],
      strides,
      shift: [y.first, x.first],
      channels,
      channelStride: 1,
      firstChannel: 0,
    });
    list.kernel(node.name, copy, images, buffer, output);
  }
  context.give(0, output);
}

/** The convolution on its padded image. */
function paddedConvolution(
  { node, shapes, outputShape }: Context,
  size: readonly [number, number],
): PlainConvolution {
  const [kernelHeight, kernelWidth] = shapes[1] as Shape4;
  const [images, outputHeight, outputWidth, outputChannels] = outputShape as Shape4;
  const { strides, dilations, groups } = node.attributes;
  return {
    images,
    height: size[0],
    width: size[1],
    channels: shapes[0]![3]!,
    output: [outputHeight, outputWidth],
    outputChannels,
    window: [kernelHeight, kernelWidth],
    strides,
    dilations,
    groups,
  };
}

/** A convolution whose groups have one input channel each is a depthwise one: its weight has the same numbers in order. */
const isDepthwise = ({ attributes }: NodeOf<'conv2d'>, channels: number): boolean =>
  attributes.groups > 1 && attributes.groups === channels;

export const planConv2d: NodePlanner<'conv2d'> = (context) => {
  const { list, node, engine, shapes, inputs } = context;
  if (isDepthwise(node, shapes[0]![3]!)) return planDepthwiseLike(context);
  const [image, weight, bias] = inputs as readonly [Buffer, Buffer, Buffer?];
  const padded = planPaddedImage(list, node.name, image, shapes[0]!, node.attributes.padding);
  const convolution = paddedConvolution(context, padded.size);
  const output = outputBuffer(context);
  const kernel = planGemm(engine, 'conv2d', gemmShape(convolution, context.epilogue));
  runGemm(list, { label: node.name, kernel, input: padded.buffer, weight, bias, output });
  const backward = (gradient: Buffer): void => {
    const g = behindActivation(context, output, gradient);
    if (context.wants(0)) giveInputGradient(context, g);
    if (context.wants(1)) {
      const { groups, outputChannels } = convolution;
      const { taps, depth } = tapsOf(convolution);
      const lines = linesOf(convolution);
      const shape = { ...lines, taps, rows: depth, groups, columns: outputChannels / groups };
      const own = planWeightGradient(engine, 'conv2d', shape);
      const toWeight = list.buffer(`${node.name}/weight-gradient`, weight.floats);
      list.clear(toWeight);
      list.kernel(node.name, own, weightGradientUnits(own), padded.buffer, g, toWeight);
      context.give(1, toWeight);
    }
    giveBiasGradient(context, g);
  };
  return { output, backward };
};
