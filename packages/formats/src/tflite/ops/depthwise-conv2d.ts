import type { HeightWidth } from '@sepconv/graph';
import { formatShape, reshapeTensor, type Shape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { productInput } from '../dynamic-range.js';
import { imageShape, resolvePadding } from './window.js';

/**
 * DEPTHWISE_CONV_2D: weight `[1, K_h, K_w, C · M]`, bias `[C · M]`, optional. Output channel `c · M + m` belongs to
 * input channel c, so that the weight is `[K_h, K_w, C, M]` as it lies.
 */
export function readDepthwiseConv2d(context: OperatorContext): OperatorResult {
  const stored = context.constant(1, 'the weight');
  const { activation, window, multiplier, ...geometry } = depthwiseGeometry(context, stored.shape);
  const [, , , channels] = imageShape(context);
  const weight = reshapeTensor(stored, [...window, channels, multiplier]);
  const input = productInput(context, context.value(0), 1);
  const names = [input, context.parameter(`${context.layer}/weight`, weight, 'weight')];
  if (context.has(2)) {
    names.push(context.parameter(`${context.layer}/bias`, context.constant(2, 'the bias'), 'bias'));
  }
  return context.node('depthwise-conv2d', names, geometry, { activation });
}

/** What DEPTHWISE_CONV_2D says beside its numbers, for a weight of this shape. */
export function depthwiseGeometry(context: OperatorContext, weight: Shape) {
  const options = context.options(2);
  const [, , , channels] = imageShape(context);
  const [one, height = 0, width = 0, outputs = 0] = weight;
  const multiplier = outputs / channels;
  if (weight.length !== 4 || one !== 1 || !Number.isInteger(multiplier)) {
    refuse(
      `the weight ${formatShape(weight)} must be [1, K_h, K_w, C · M] for C = ${channels} input channels`,
    );
  }
  const said = options.int32(3, 'depth_multiplier');
  if (said !== 0 && said !== multiplier) {
    refuse(`the depth multiplier is ${said}, but the weight ${formatShape(weight)} has ${multiplier}`);
  }
  const strides: HeightWidth = [options.int32(2, 'stride_h'), options.int32(1, 'stride_w')];
  const dilations: HeightWidth = [
    options.int32(6, 'dilation_h_factor', 1),
    options.int32(5, 'dilation_w_factor', 1),
  ];
  const window: HeightWidth = [height, width];
  return {
    strides,
    dilations,
    padding: resolvePadding(context, options.int8(0, 'padding'), window, strides, dilations),
    window,
    multiplier,
    activation: options.int8(4, 'fused_activation_function'),
  };
}
