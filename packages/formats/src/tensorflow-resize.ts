/** @file TensorFlow's ResizeBilinear and ResizeNearestNeighbor, which TFLite and TF.js take over with their two flags. */
import type { AttributesOf } from '@sepconv/graph';
import { refuse } from './errors.js';

type Attributes = AttributesOf['resize2d'];

/** The flags, of which not both may be set. */
interface Flags {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

function coordinatesOf({ alignCorners, halfPixelCenters }: Flags): Attributes['coordinates'] {
  if (alignCorners && halfPixelCenters)
    refuse('aligns corners and has half-pixel centers, which exclude each other');
  if (alignCorners) return 'align-corners';
  return halfPixelCenters ? 'half-pixel' : 'asymmetric';
}

/**
 * Where an output position is looked up, and what is taken there: of the nearest pixels the one before the position, but the
 * closest one, and of two the upper, where a flag is set.
 */
export function resizeMethod(mode: 'nearest' | 'linear', flags: Flags): Omit<Attributes, 'size'> {
  const coordinates = coordinatesOf(flags);
  if (mode === 'linear') return { mode, coordinates };
  return { mode, coordinates, rounding: coordinates === 'asymmetric' ? 'floor' : 'round-prefer-ceil' };
}
