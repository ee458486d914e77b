/**
 * @file Planning of depthwise convolutions. With a channel multiplier M, the way back is M depthwise convolutions without
 * one, each on its own part of the gradient; the parts of the input's gradient add up.
 */
import { dilatedExtent, type Epilogue, type HeightWidth } from '@sepconv/graph';
import {
  depthwisePanels,
  depthwiseUnits,
  floatBytes,
  lanes,
  packDepthwise,
  packedDepthwiseLength,
  planUnstagedDepthwise,
} from '@sepconv/kernels/toolkit';
import type { Shape4 } from '../../ops/training-op.js';
import { planDepthwiseWeightGradient } from '../depthwise-weight-gradient.js';
import { layerWeights } from '../gemm.js';
import { behindActivation, type NodeContext, outputBuffer, type PlannedNode } from '../planned-node.js';
import { planSpread } from '../spread.js';
import type { Buffer } from '../step-list.js';
import { planGradientImage } from './gradient-image.js';
import { giveBiasGradient } from './matrix.js';
import { planPaddedImage } from './padded-image.js';

/** A depthwise convolution, or a grouped one with one input channel in each group. */
type Context = NodeContext<'depthwise-conv2d'> | NodeContext<'conv2d'>;

/** The numbers of a depthwise layer that all directions need. */
function geometryOf({ shapes, outputShape }: Context) {
  const [images, height, width, channels] = shapes[0] as Shape4;
  const [kernelHeight, kernelWidth] = shapes[1] as Shape4;
  const [, outputHeight, outputWidth, outputs] = outputShape as Shape4;
  return {
    images,
    channels,
    multiplier: outputs / channels,
    window: [kernelHeight, kernelWidth] as const,
    input: [height, width] as const,
    output: [outputHeight, outputWidth] as const,
  };
}

/** A row of zeros for rows outside an image of this width; nothing ever writes to it. */
function zeroRow({ list, node }: Context, width: number, channels: number): Buffer {
  return list.buffer(`${node.name}/zeros`, width * channels + 4, true);
}

/** The taps in reverse order, of one of the M weights of every channel. */
function turnedPart(weight: Float32Array, channels: number, multiplier: number, part: number): Float32Array {
  const taps = weight.length / (channels * multiplier);
  const result = new Float32Array(taps * channels);
  for (let tap = 0; tap < taps; tap++) {
    for (let c = 0; c < channels; c++) {
      result[(taps - 1 - tap) * channels + c] = weight[(tap * channels + c) * multiplier + part]!;
    }
  }
  return result;
}

/** Where a part of the gradient is convolved: on itself where stride 1 and padding allow it, else on its image. */
function planBackImage(context: Context, gradient: Buffer, part: number) {
  const { list, node, engine } = context;
  const { images, channels, multiplier, window, input, output } = geometryOf(context);
  const { strides, dilations, padding } = node.attributes;
  const extent = [dilatedExtent(window[0], dilations[0]), dilatedExtent(window[1], dilations[1])] as const;
  const before = [extent[0] - 1 - padding.top, extent[1] - 1 - padding.left] as const;
  const isPlain =
    multiplier === 1 && strides[0] === 1 && strides[1] === 1 && before[0] >= 0 && before[1] >= 0;
  if (isPlain) return { buffer: gradient, size: output as HeightWidth, padding: before };
  // Where the stride puts pixels apart, the zeros between are convolved too: a depthwise convolution is cheap.
  const size: HeightWidth = [input[0] + extent[0] - 1, input[1] + extent[1] - 1];
  const image = planGradientImage(list, engine, gradient, {
    label: node.name,
    images,
    source: output,
    size,
    strides,
    shift: before,
    channels,
    part: { index: part, of: multiplier },
  });
  return { buffer: image, size, padding: [0, 0] as const };
}

function giveInputGradient(context: Context, gradient: Buffer): void {
  const { list, node, engine, inputs } = context;
  const { images, channels, multiplier, window, input } = geometryOf(context);
  let sum: Buffer | undefined;
  for (let part = 0; part < multiplier; part++) {
    const image = planBackImage(context, gradient, part);
    const epilogue: Epilogue = sum === undefined ? [] : [{ kind: 'add' }];
    const kernel = planUnstagedDepthwise(engine, {
      batch: images,
      input: image.size,
      output: input,
      channels,
      multiplier: 1,
      window,
      strides: [1, 1],
      dilations: node.attributes.dilations,
      padding: image.padding,
      epilogue,
    });
    const packed = list.buffer(`${node.name}/packed-back`, packedDepthwiseLength(kernel));
    const bias = new Float32Array(channels);
    list.script(node.name, [inputs[1]!, packed], (weightView, packedView) => {
      const weight = turnedPart(weightView!, channels, multiplier, part);
      packDepthwise(depthwisePanels(kernel), layerWeights(weight, bias), packedView!);
    });
    const output = list.buffer(`${node.name}/input-gradient`, inputs[0]!.floats);
    const zeros = zeroRow(context, image.size[1], channels);
    const addend = sum === undefined ? [] : [sum];
    list.kernel(node.name, kernel, depthwiseUnits(kernel), image.buffer, packed, output, zeros, ...addend);
    sum = output;
  }
  context.give(0, sum!);
}

/** The gradients of one part of every channel, contiguous. */
function planPart(context: Context, gradient: Buffer, part: number): Buffer {
  const { list, node, engine } = context;
  const { images, channels, multiplier, output } = geometryOf(context);
  if (multiplier === 1) return gradient;
  const buffer = list.buffer(`${node.name}/gradient-part`, gradient.floats / multiplier);
  const copy = planSpread(engine, {
    images,
    source: output,
    target: output,
    strides: [1, 1],
    shift: [0, 0],
    channels,
    channelStride: multiplier,
    firstChannel: part,
  });
  list.kernel(node.name, copy, images, gradient, buffer);
  return buffer;
}

function giveWeightGradient(context: Context, gradient: Buffer): void {
  const { list, node, engine, inputs, shapes } = context;
  const { images, channels, multiplier, window, output } = geometryOf(context);
  const { strides, dilations, padding } = node.attributes;
  const image = planPaddedImage(list, node.name, inputs[0]!, shapes[0]!, padding);
  const pixelBytes = channels * floatBytes;
  const rowBytes = image.size[1] * pixelBytes;
  const kernel = planDepthwiseWeightGradient(engine, {
    images,
    imageStride: image.size[0] * rowBytes,
    lines: output[0],
    lineStride: strides[0] * rowBytes,
    pixels: output[1],
    pixelStride: strides[1] * pixelBytes,
    channels,
    taps: Array.from({ length: window[0] * window[1] }, (_, tap) => {
      const [i, j] = [Math.floor(tap / window[1]), tap % window[1]];
      return i * dilations[0] * rowBytes + j * dilations[1] * pixelBytes;
    }),
  });
  const parts = Array.from({ length: multiplier }, (_, part) => {
    const own = planPart(context, gradient, part);
    const sums = list.buffer(`${node.name}/weight-gradient`, inputs[1]!.floats / multiplier);
    list.clear(sums);
    list.kernel(node.name, kernel, Math.ceil(channels / lanes), image.buffer, own, sums);
    return sums;
  });
  if (multiplier === 1) {
    context.give(1, parts[0]!);
    return;
  }
  const whole = list.buffer(`${node.name}/weight-gradient`, inputs[1]!.floats);
  list.script(node.name, [whole, ...parts], (wholeView, ...partViews) => {
    partViews.forEach((view, part) => {
      for (let i = 0; i < view.length; i++) wholeView![i * multiplier + part] = view[i]!;
    });
  });
  context.give(1, whole);
}

/** Plans a convolution whose every channel stands alone. */
export function planDepthwiseLike(context: Context): PlannedNode {
  const { list, node, engine, inputs } = context;
  const [image, weight, bias] = inputs as readonly [Buffer, Buffer, Buffer?];
  const { images, channels, multiplier, window, input, output: size } = geometryOf(context);
  const { strides, dilations, padding } = node.attributes;
  const kernel = planUnstagedDepthwise(engine, {
    batch: images,
    input,
    output: size,
    channels,
    multiplier,
    window,
    strides,
    dilations,
    padding: [padding.top, padding.left],
    epilogue: context.epilogue,
  });
  const packed = list.buffer(`${node.name}/packed`, packedDepthwiseLength(kernel));
  const noBias = new Float32Array(channels * multiplier);
  const operands = bias === undefined ? [weight, packed] : [weight, packed, bias];
  list.script(node.name, operands, (weightView, packedView, biasView = noBias) => {
    packDepthwise(depthwisePanels(kernel), layerWeights(weightView!, biasView), packedView!);
  });
  const output = outputBuffer(context as NodeContext<'depthwise-conv2d'>);
  const zeros = zeroRow(context, input[1], channels);
  list.kernel(node.name, kernel, depthwiseUnits(kernel), image, packed, output, zeros);
  const backward = (gradient: Buffer): void => {
    const g = behindActivation(context as NodeContext<'depthwise-conv2d'>, output, gradient);
    if (context.wants(0)) giveInputGradient(context, g);
    if (context.wants(1)) giveWeightGradient(context, g);
    giveBiasGradient(context as NodeContext<'depthwise-conv2d'>, g);
  };
  return { output, backward };
}
