import type { AttributesOf } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';
import { imageShape } from './window.js';

type Attributes = AttributesOf['resize2d'];

/** Where TFLite looks up an output position: by its two flags, of which not both may be set. */
function coordinatesOf(alignCorners: boolean, halfPixelCenters: boolean): Attributes['coordinates'] {
  if (alignCorners && halfPixelCenters)
    refuse('aligns corners and has half-pixel centers, which exclude each other');
  if (alignCorners) return 'align-corners';
  return halfPixelCenters ? 'half-pixel' : 'asymmetric';
}

function readSize(context: OperatorContext): Attributes['size'] {
  imageShape(context);
  const size = context.integers(1, 'the size');
  const [height = 0, width = 0] = size;
  if (size.length !== 2 || !(height >= 1 && width >= 1))
    refuse(`the size must be two numbers of at least 1, not ${size.slice(0, 8).join(', ')}`);
  return [height, width];
}

/** RESIZE_BILINEAR: means do not leave the interval of their inputs. */
export function readResizeBilinear(context: OperatorContext): OperatorResult {
  const options = context.options(15);
  const coordinates = coordinatesOf(
    options.boolean(2, 'align_corners'),
    options.boolean(3, 'half_pixel_centers'),
  );
  const attributes = { size: readSize(context), mode: 'linear', coordinates } as const;
  return context.node('resize2d', [context.value(0)], attributes, { range: context.range(0) });
}

/** RESIZE_NEAREST_NEIGHBOR: the pixel before a position, but the closest one, and of two the upper, where a flag is set. */
export function readResizeNearestNeighbor(context: OperatorContext): OperatorResult {
  const options = context.options(74);
  const coordinates = coordinatesOf(
    options.boolean(0, 'align_corners'),
    options.boolean(1, 'half_pixel_centers'),
  );
  const rounding = coordinates === 'asymmetric' ? 'floor' : 'round-prefer-ceil';
  const attributes = { size: readSize(context), mode: 'nearest', coordinates, rounding } as const;
  return context.node('resize2d', [context.value(0)], attributes, { range: context.range(0) });
}
