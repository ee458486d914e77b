import type { ByteResizeCoordinates } from '../byte-resize.js';
import type { HeightWidth } from '../padding.js';
import type { IntegerContract } from './contract.js';
import { expectImage, expectInteger, fail, withElementsOf } from './contract.js';
import { expectBytes } from './quantized.js';

/** Attributes of a change of size of bytes. Pairs are height and width. */
export interface QuantizedResize2dAttributes {
  /** Of the output. */
  readonly size: HeightWidth;
  /** What output position `y` is in the input, as in `resize2d`. */
  readonly coordinates: ByteResizeCoordinates;
}

const known: readonly string[] = [
  'half-pixel',
  'align-corners',
  'asymmetric',
] satisfies ByteResizeCoordinates[];

/**
 * An image of bytes in another size, each a mean of 2 × 2 pixels with weights in 2048ths, rounded once, halves up:
 *
 * `out = (Σ_i Σ_j w_y[i] · w_x[j] · in[n, i, j, c] + 2²¹) >> 22`, of the stored integers. `byteResizeTaps` lists pixels and weights.
 *
 * Input int8 or uint8 `[N, H, W, C]`, output `[N, size, C]`, stored as the input is.
 *
 * Source: XNNPACK, src/s8-ibilinear.
 */
export const quantizedResize2d: IntegerContract<QuantizedResize2dAttributes> = {
  name: 'quantized-resize2d',
  kind: 'resampling',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    const input = expectBytes(context, 0, 'the input');
    const [batch, , , channels] = expectImage(context, input.shape);
    const { size, coordinates } = context.attributes;
    if (!known.includes(coordinates))
      fail(context, `coordinates must be one of ${known.join(', ')}, not ${JSON.stringify(coordinates)}`);
    expectInteger(context, 'the size along height', size[0], 1);
    expectInteger(context, 'the size along width', size[1], 1);
    return [withElementsOf(context, input, [batch, size[0], size[1], channels])];
  },
};
