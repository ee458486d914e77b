import type { AttributesOf } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import { resizeMethod } from '../../tensorflow-resize.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { imageShape } from './window.js';

type Attributes = AttributesOf['resize2d'];

function readSize(context: OperatorContext): Attributes['size'] {
  imageShape(context);
  const size = context.integers(1, 'the size');
  const [height = 0, width = 0] = size;
  if (size.length !== 2 || !(height >= 1 && width >= 1))
    refuse(`the size must be two numbers of at least 1, not ${size.slice(0, 8).join(', ')}`);
  return [height, width];
}

/** What a resize says by its options: of this kind, the first flag in this slot. */
function readAttributes(
  context: OperatorContext,
  mode: 'nearest' | 'linear',
  { kind, slot }: { readonly kind: number; readonly slot: number },
): Attributes {
  const options = context.options(kind);
  const method = resizeMethod(mode, {
    alignCorners: options.boolean(slot, 'align_corners'),
    halfPixelCenters: options.boolean(slot + 1, 'half_pixel_centers'),
  });
  return { size: readSize(context), ...method };
}

/** What RESIZE_BILINEAR says. */
export const resizeBilinear = (context: OperatorContext): Attributes =>
  readAttributes(context, 'linear', { kind: 15, slot: 2 });

/** Means do not leave the interval of their inputs. */
const resize = (context: OperatorContext, attributes: Attributes): OperatorResult =>
  context.node('resize2d', [context.value(0)], attributes, { range: context.range(0) });

/** RESIZE_BILINEAR. */
export const readResizeBilinear = (context: OperatorContext): OperatorResult =>
  resize(context, resizeBilinear(context));

/** RESIZE_NEAREST_NEIGHBOR. */
export const readResizeNearestNeighbor = (context: OperatorContext): OperatorResult =>
  resize(context, readAttributes(context, 'nearest', { kind: 74, slot: 0 }));
