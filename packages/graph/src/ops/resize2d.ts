import type { HeightWidth } from '../padding.js';
import type { OpContract } from './contract.js';
import { expectFinite, expectImage, expectInteger, fail, inputAt, likeInput } from './contract.js';

/** Where in the input an output position is looked up; see {@link Resize2dAttributes}. */
export type ResizeCoordinates =
  | 'half-pixel'
  | 'half-pixel-symmetric'
  | 'pytorch-half-pixel'
  | 'align-corners'
  | 'asymmetric'
  | 'affine';

/** Which pixel is nearest: the closest one, and of two equally close ones the lower or the upper; or always the lower or upper. */
export type NearestRounding = 'round-prefer-floor' | 'round-prefer-ceil' | 'floor' | 'ceil';

/** Attributes of a change of size. Pairs are height and width. */
export interface Resize2dAttributes {
  /** Of the output. */
  readonly size: HeightWidth;
  /** The nearest pixel, or a weighted mean of 2 × 2 or 4 × 4 pixels. */
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /**
   * What output position `y` is in the input, with `s` the scale:
   *
   * - `half-pixel`: `(y + ½) / s − ½`, pixels being squares with their centre in the middle;
   * - `half-pixel-symmetric`: the same, shifted so that both centres agree where the size is no multiple;
   * - `pytorch-half-pixel`: the same as `half-pixel`, but 0 where the output is one pixel;
   * - `align-corners`: `y · (input − 1) / (s · input − 1)`, the outermost pixels lying on one another;
   * - `asymmetric`: `y / s`;
   * - `affine`: `start + y · step`.
   */
  readonly coordinates: ResizeCoordinates;
  /** Output pixels per input pixel, where that is not `size / input`; within a pixel of it. */
  readonly scales?: HeightWidth;
  /** For `affine` coordinates. */
  readonly start?: HeightWidth;
  /** For `affine` coordinates. */
  readonly step?: HeightWidth;
  /** For the mode `nearest`. Default `round-prefer-floor`. */
  readonly rounding?: NearestRounding;
  /** Whether to average over as many more pixels as the scale is below 1. Default `false`. */
  readonly antialias?: boolean;
  /** Keys' coefficient a, for the mode `cubic`. Default −0.75. */
  readonly cubicCoefficient?: number;
  /** Whether pixels outside are left out of the mean, instead of being as the nearest ones inside. Default `false`. */
  readonly excludeOutside?: boolean;
}

const modes: readonly string[] = ['nearest', 'linear', 'cubic'] satisfies Resize2dAttributes['mode'][];
const coordinateModes: readonly string[] = [
  'half-pixel',
  'half-pixel-symmetric',
  'pytorch-half-pixel',
  'align-corners',
  'asymmetric',
  'affine',
] satisfies ResizeCoordinates[];
const roundings: readonly string[] = [
  'round-prefer-floor',
  'round-prefer-ceil',
  'floor',
  'ceil',
] satisfies NearestRounding[];

/**
 * An image in another size: `out[n, y, x, c] = Σ_i Σ_j w_y[i] · w_x[j] · in[n, i, j, c]`, with weights that depend on the position
 * alone; `resizeTaps` lists them. Input `[N, H, W, C]`, output `[N, size, C]`. ONNX's Resize, without its regions of interest.
 */
export const resize2d: OpContract<Resize2dAttributes> = {
  name: 'resize2d',
  kind: 'resampling',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const { size, mode, coordinates, scales, start, step, rounding, antialias, cubicCoefficient } =
      context.attributes;
    const expectOneOf = (what: string, value: string | undefined, allowed: readonly string[]): void => {
      if (value !== undefined && !allowed.includes(value))
        fail(context, `${what} must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
    };
    expectOneOf('the mode', mode, modes);
    expectOneOf('coordinates', coordinates, coordinateModes);
    expectOneOf('the rounding', rounding, roundings);
    if (cubicCoefficient !== undefined) expectFinite(context, 'the cubic coefficient', cubicCoefficient);
    if (antialias === true && (mode === 'nearest' || coordinates === 'affine'))
      fail(context, 'antialias needs a mode that averages, and coordinates with a scale');
    if (coordinates === 'affine' && (start === undefined || step === undefined))
      fail(context, 'affine coordinates need a start and a step');
    [height, width].forEach((extent, axis) => {
      const name = axis === 0 ? 'height' : 'width';
      const wanted = size[axis] as number;
      expectInteger(context, `the size along ${name}`, wanted, 1);
      for (const pair of [start, step]) {
        if (pair !== undefined) expectFinite(context, `the coordinate along ${name}`, pair[axis] as number);
      }
      const scaled = (scales?.[axis] ?? wanted / extent) * extent;
      if (!(scaled >= 0.5 && Math.abs(scaled - wanted) <= 1)) {
        fail(
          context,
          `the scale along ${name} is ${scales?.[axis]}, which makes ${scaled} pixels of ${extent} and not ${wanted}`,
        );
      }
    });
    return [likeInput(input, [batch, size[0], size[1], channels])];
  },
};
