/** @file Convolutions of integers. */
import type { AttributesOf } from '@sepconv/graph';
import { reshapeTensor } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import type { ImageInput, NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import { readGroups, weightShape } from './conv2d.js';
import {
  byteConstant,
  bytesAt,
  meaning,
  perChannel,
  readComputedZero,
  readScales,
  readZeroPoints,
  type Scales,
  storedAs,
  wholeQuantization,
  withoutMeaning,
} from './quantization.js';
import { readWindow } from './window.js';

/** An image of bytes `[N, H, W, C]`. */
function readImage(context: NodeContext): ImageInput {
  bytesAt(context, 0, 'the image');
  return context.image(0);
}

/** The image, the weight as a parameter `[K_h, K_w, C_in / groups, C_out]`, and the attributes. */
function readConvolution(
  context: NodeContext,
  image: ImageInput,
  weightInput: number,
  scales: Omit<Scales, 'type'>,
): { readonly weight: string; readonly attributes: AttributesOf['conv-integer'] } {
  const { constant, type } = byteConstant(context, weightInput, 'the weight');
  const { shape, window } = weightShape(context, image, 'C_out, C_in / groups', constant.shape);
  const [outputs] = shape;
  context.state.budget.charge(2 * constant.data.length, 'the weight');
  const { decoded } = context.state;
  const oihw = reshapeTensor(decoded.integers(constant, type), shape);
  const quantization = perChannel(scales, { axis: 3, count: outputs, what: 'output channels' });
  const hwio = { ...decoded.transpose(oihw, [2, 3, 1, 0]), quantization };
  return {
    weight: context.parameter(context.node.inputs[weightInput] as string, hwio, 'weight'),
    attributes: { ...readWindow(context, image, window), groups: readGroups(context, image.shape[3]) },
  };
}

/** The int32 bias at an input, if there is one, as a list of operands. */
export function readBias(context: NodeContext, input: number): string[] {
  if (!context.has(input)) return [];
  const constant = context.constant(input, 'the bias');
  if (constant.type !== 'int32') refuse(`the bias must be int32, but is ${constant.type}`);
  context.state.budget.charge(4 * constant.data.length, 'the bias');
  const bias = context.state.decoded.integers(constant, 'int32');
  return [context.parameter(context.node.inputs[input] as string, bias, 'bias')];
}

/**
 * QLinearConv: image, its scale and zero point, weight, its own (one for all, or one for each output channel), the result's,
 * and an int32 bias. Sums are requantized as onnxruntime does it.
 */
export function readQLinearConv(context: NodeContext): Value {
  const image = readImage(context);
  const quantization = wholeQuantization(readScales(context, 1, 2), 'the image');
  // Weights may have one zero point for several scales.
  const scales = readScales(context, 4);
  const { zeroPoint } = readZeroPoints(context, 5);
  const { weight, attributes } = readConvolution(context, image, 3, { scale: scales.scale, zeroPoint });
  const output = storedAs(readScales(context, 6, 7), 'the result');
  const inputs = [meaning(context, image.name, quantization), weight, ...readBias(context, 8)];
  const result = context.emit('quantized-conv2d', inputs, { ...attributes, output });
  return context.imageResult(result, image);
}

/** ConvInteger: image, weight, the image's zero point, which may be computed, and the weight's; gives int32 sums. */
export function readConvInteger(context: NodeContext): Value {
  const image = readImage(context);
  const { zeroPoint } = readZeroPoints(context, 3);
  const { weight, attributes } = readConvolution(context, image, 1, { scale: [1], zeroPoint });
  const dtype = context.state.builder.typeOf(image.name).dtype as ByteType;
  const inputs = [withoutMeaning(context, image.name), weight, ...readComputedZero(context, 2, dtype)];
  return context.imageResult(context.emit('conv-integer', inputs, attributes), image);
}
