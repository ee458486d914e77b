import type { HeightWidth } from '@sepconv/graph';
import { formatShape, type Shape } from '@sepconv/tensor';
import { chooseConvolution } from '../../convolution.js';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { productInput } from '../dynamic-range.js';
import { imageShape, resolvePadding } from './window.js';

/**
 * CONV_2D: weight `[C_out, K_h, K_w, C_in / groups]` (OHWI), bias `[C_out]`, optional. The groups are not stored: they
 * follow from the channels.
 */
export function readConv2d(context: OperatorContext): OperatorResult {
  const ohwi = context.constant(1, 'the weight');
  const { activation, ...geometry } = conv2dGeometry(context, ohwi.shape);
  const [, , , channels] = imageShape(context);
  const chosen = chooseConvolution({ channels, weight: context.transposed(ohwi, [1, 2, 3, 0]), ...geometry });
  const [, height, width] = ohwi.shape;
  const isByPixel = height === 1 && width === 1 && geometry.strides.every((stride) => stride === 1);
  const input = productInput(context, context.value(0), isByPixel ? 3 : 1);
  const names = [input, context.parameter(`${context.layer}/weight`, chosen.weight, 'weight')];
  if (context.has(2)) {
    names.push(context.parameter(`${context.layer}/bias`, context.constant(2, 'the bias'), 'bias'));
  }
  const emit = (name: string): string => chosen.emit(context.state.builder, names, name);
  return { kind: 'node', op: chosen.op, emit, activation };
}

/** What CONV_2D says beside its numbers, for a weight of this shape. */
export function conv2dGeometry(context: OperatorContext, weight: Shape) {
  const options = context.options(1);
  const [, , , channels] = imageShape(context);
  const [, height = 0, width = 0, inputs = 0] = weight;
  if (weight.length !== 4 || channels % inputs !== 0) {
    refuse(
      `the weight ${formatShape(weight)} must be [C_out, K_h, K_w, C_in / groups] for ${channels} input channels`,
    );
  }
  const strides: HeightWidth = [options.int32(2, 'stride_h'), options.int32(1, 'stride_w')];
  const dilations: HeightWidth = [
    options.int32(5, 'dilation_h_factor', 1),
    options.int32(4, 'dilation_w_factor', 1),
  ];
  return {
    strides,
    dilations,
    padding: resolvePadding(context, options.int8(0, 'padding'), [height, width], strides, dilations),
    groups: channels / inputs,
    activation: options.int8(3, 'fused_activation_function'),
  };
}
