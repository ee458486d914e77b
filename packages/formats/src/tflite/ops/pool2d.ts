import type { HeightWidth } from '@sepconv/graph';
import type { OperatorContext, OperatorResult } from '../context.js';
import { imageShape, resolvePadding } from './window.js';

/** What AVERAGE_POOL_2D and MAX_POOL_2D share: the window, where it stands, and whether it is the whole image. */
export function readPoolWindow(context: OperatorContext) {
  const options = context.options(5);
  const [, height, width] = imageShape(context);
  const strides: HeightWidth = [options.int32(2, 'stride_h'), options.int32(1, 'stride_w')];
  const window: HeightWidth = [options.int32(4, 'filter_height'), options.int32(3, 'filter_width')];
  const dilations: HeightWidth = [1, 1];
  const padding = resolvePadding(context, options.int8(0, 'padding'), window, strides, dilations);
  const padded = padding.top + padding.bottom + padding.left + padding.right > 0;
  return {
    isGlobal: !padded && window[0] === height && window[1] === width,
    attributes: { strides, dilations, padding, window },
    activation: options.int8(5, 'fused_activation_function'),
  };
}

/** AVERAGE_POOL_2D; the divisor counts no padding. A window as large as the image is a global one. */
export function readAveragePool2d(context: OperatorContext): OperatorResult {
  const { isGlobal, attributes, activation } = readPoolWindow(context);
  // Neither a mean nor a maximum leaves the interval of its inputs.
  const more = { range: context.range(0), activation };
  if (isGlobal) return context.node('global-average-pool2d', [context.value(0)], {}, more);
  const counting = { ...attributes, countIncludePadding: false };
  return context.node('average-pool2d', [context.value(0)], counting, more);
}

/** MAX_POOL_2D. A window as large as the image is a global one. */
export function readMaxPool2d(context: OperatorContext): OperatorResult {
  const { isGlobal, attributes, activation } = readPoolWindow(context);
  // Neither a mean nor a maximum leaves the interval of its inputs.
  const more = { range: context.range(0), activation };
  if (isGlobal) return context.node('global-max-pool2d', [context.value(0)], {}, more);
  return context.node('max-pool2d', [context.value(0)], attributes, more);
}
