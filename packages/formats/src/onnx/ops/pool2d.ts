import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import type { Value } from '../layout.js';
import { ceilPadding, kernelShape, readWindow } from './window.js';

function readPool(context: NodeContext) {
  const image = context.image(0);
  const { name, shape, spatial } = image;
  const window = kernelShape(context, spatial) ?? refuse('needs the attribute kernel_shape');
  const asked = readWindow(context, image, window);
  const ceil = context.integerAttribute('ceil_mode', 0) !== 0;
  const padding = ceil ? ceilPadding([shape[1], shape[2]], window, asked) : asked.padding;
  return { name, image, asked, attributes: { ...asked, window, padding } };
}

/** MaxPool; the padding never wins, so that the rest of `ceil_mode`'s last window is more of it. */
export function readMaxPool(context: NodeContext): Value {
  const { name, image, attributes } = readPool(context);
  return context.imageResult(context.emit('max-pool2d', [name], attributes), image);
}

/**
 * AveragePool. Where `count_include_pad` meets `ceil_mode`, the stated padding counts in the divisor and the rest of the
 * last window does not: the first becomes a pad node, the second stays padding.
 */
export function readAveragePool(context: NodeContext): Value {
  const { name, image, asked, attributes } = readPool(context);
  const counts = context.integerAttribute('count_include_pad', 0) !== 0;
  const { top, bottom, left, right } = asked.padding;
  const rest = {
    top: 0,
    left: 0,
    bottom: attributes.padding.bottom - bottom,
    right: attributes.padding.right - right,
  };
  if (counts && rest.bottom + rest.right > 0) {
    const before = [0, top, left, 0];
    const padded = context.helper('pad', [name], { before, after: [0, bottom, right, 0], value: 0 });
    const pooled = context.emit('average-pool2d', [padded], {
      ...attributes,
      padding: rest,
      countIncludePadding: false,
    });
    return context.imageResult(pooled, image);
  }
  const pooled = context.emit('average-pool2d', [name], { ...attributes, countIncludePadding: counts });
  return context.imageResult(pooled, image);
}
