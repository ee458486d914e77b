import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { imageShape } from './window.js';

const imageAxes = (context: OperatorContext): ReadonlySet<number> =>
  new Set(context.integers(1, 'the axes').map((axis) => (axis < 0 ? axis + 4 : axis)));

/** Whether the axes are height and width of an image. */
export function readsImageMean(context: OperatorContext): boolean {
  const axes = imageAxes(context);
  return axes.size === 2 && axes.has(1) && axes.has(2);
}

/** MEAN and REDUCE_MAX over height and width of an image. Without `keep_dims`, `[N, 1, 1, C]` becomes `[N, C]`. */
function readReduction(
  op: 'global-average-pool2d' | 'global-max-pool2d',
  context: OperatorContext,
): OperatorResult {
  const [batch, , , channels] = imageShape(context);
  if (!readsImageMean(context)) {
    refuse(
      `reduces ${formatShape(context.shape(0))} along the dimensions ${[...imageAxes(context)].join(', ')}, but only height and width (1, 2) are supported`,
    );
  }
  const more = { range: context.range(0) };
  if (context.options(27).boolean(0, 'keep_dims')) return context.node(op, [context.value(0)], {}, more);
  const pooled = context.helper(op, [context.value(0)], {});
  return context.node('reshape', [pooled], { shape: [batch, channels] }, more);
}

export const readMean = (context: OperatorContext): OperatorResult =>
  readReduction('global-average-pool2d', context);

export const readReduceMax = (context: OperatorContext): OperatorResult =>
  readReduction('global-max-pool2d', context);
