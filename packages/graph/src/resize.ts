/**
 * @file Which input positions an output position of `resize2d` is made of, and with which weights: one axis at a time.
 *
 * Sources: ONNX's operator Resize-19 and its reference implementation (onnx/reference/ops/op_resize.py); Keys 1981,
 * doi:10.1109/TASSP.1981.1163711, for the cubic weights.
 */
import type { Resize2dAttributes } from './ops/resize2d.js';

/** An input position and its share. */
export interface ResizeTap {
  readonly index: number;
  readonly weight: number;
}

/** Where output position `position` lies in the input. */
function coordinateOf(attributes: Resize2dAttributes, axis: 0 | 1, input: number, position: number): number {
  const { coordinates, scales, size, start, step } = attributes;
  const output = size[axis];
  const scale = scales?.[axis] ?? output / input;
  // What the scale makes of the input may be no whole number of pixels.
  const length = scales === undefined ? output : scale * input;
  // Divisions in this order are exact where they can be: 2.5 is looked up at 2.5, and a tie is one.
  const back = (place: number): number => (scales === undefined ? (place * input) / output : place / scale);
  switch (coordinates) {
    case 'half-pixel':
      return back(position + 0.5) - 0.5;
    case 'pytorch-half-pixel':
      // Of pixels, which are whole: 0.2 · 5 in doubles is more than 1.
      return output > 1 ? back(position + 0.5) - 0.5 : 0;
    case 'half-pixel-symmetric':
      return (input / 2) * (1 - output / length) + back(position + 0.5) - 0.5;
    case 'align-corners':
      return output > 1 ? (position * (input - 1)) / (length - 1) : 0;
    case 'asymmetric':
      return back(position);
    case 'affine':
      return (start?.[axis] ?? 0) + position * (step?.[axis] ?? 1);
  }
}

function nearest(coordinate: number, rounding: Resize2dAttributes['rounding']): number {
  switch (rounding) {
    case 'floor':
      return Math.floor(coordinate);
    case 'ceil':
      return Math.ceil(coordinate);
    case 'round-prefer-ceil':
      return Math.floor(coordinate + 0.5);
    default:
      return Math.ceil(coordinate - 0.5);
  }
}

/** The weight of a pixel at a distance: a triangle, or Keys' piecewise cubic. */
function weightAt({ mode, cubicCoefficient: a = -0.75 }: Resize2dAttributes, distance: number): number {
  const t = Math.abs(distance);
  if (mode === 'linear') return Math.max(0, 1 - t);
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}

/** The taps of one output position, in the order of the input; every position once, and none with a weight of 0. */
function tapsAt(attributes: Resize2dAttributes, axis: 0 | 1, input: number, position: number): ResizeTap[] {
  // Beyond a pixel outside nothing changes any more, and an affine coordinate may be anywhere.
  const coordinate = Math.min(input, Math.max(-1, coordinateOf(attributes, axis, input, position)));
  const inside = (index: number): number => Math.min(input - 1, Math.max(0, index));
  const { mode, rounding, antialias = false, excludeOutside = false, scales, size } = attributes;
  if (mode === 'nearest') return [{ index: inside(nearest(coordinate, rounding)), weight: 1 }];
  const scale = antialias ? Math.min(1, scales?.[axis] ?? size[axis] / input) : 1;
  const radius = (mode === 'linear' ? 1 : 2) / scale;
  const shares = new Map<number, number>();
  let sum = 0;
  for (let index = Math.ceil(coordinate - radius); index <= coordinate + radius; index++) {
    const weight = weightAt(attributes, (index - coordinate) * scale);
    if (weight === 0 || (excludeOutside && index !== inside(index))) continue;
    sum += weight;
    shares.set(inside(index), (shares.get(inside(index)) ?? 0) + weight);
  }
  if (shares.size === 0) return [{ index: inside(Math.round(coordinate)), weight: 1 }];
  // Without antialiasing and with everything counted the sum is 1 but for its rounding.
  const isWhole = !antialias && !excludeOutside;
  return [...shares]
    .filter(([, weight]) => weight !== 0)
    .sort(([a], [b]) => a - b)
    .map(([index, weight]) => ({ index, weight: isWhole ? weight : weight / sum }));
}

/**
 * What each output position along an axis of `resize2d` is made of, for an input of so many positions.
 *
 * @param axis 0 for height, 1 for width.
 *
 * @internal
 */
export function resizeTaps(
  attributes: Resize2dAttributes,
  axis: 0 | 1,
  input: number,
): readonly (readonly ResizeTap[])[] {
  return Array.from({ length: attributes.size[axis] }, (_, position) =>
    tapsAt(attributes, axis, input, position),
  );
}
