/** @file Where the pixels of bytes in another size come from, in fixed point. */
import { roundHalfEven } from '@sepconv/tensor';

const { fround } = Math;

/** How positions are looked up; see `Resize2dAttributes`. */
export type ByteResizeCoordinates = 'half-pixel' | 'align-corners' | 'asymmetric';

/** One part of two neighbours: `(2048 − weight) · in[first] + weight · in[second]`, in 2048ths. */
export interface ByteResizeTap {
  readonly first: number;
  readonly second: number;
  /** 0 to 2048. */
  readonly weight: number;
}

/**
 * The two neighbours of every output position along an axis of `input` pixels, computed in float32.
 *
 * Source: XNNPACK, src/indirection.c, `xnn_indirection_init_resize_bilinear2d_hwc_q11`.
 *
 * @internal
 */
export function byteResizeTaps(
  coordinates: ByteResizeCoordinates,
  input: number,
  output: number,
): ByteResizeTap[] {
  const less = coordinates === 'align-corners' && output !== 1 ? 1 : 0;
  const scale = fround((input - less) / (output - less));
  const offset = coordinates === 'half-pixel' ? fround(fround(scale / 2) - 0.5) : 0;
  return Array.from({ length: output }, (_, at) => {
    const position = Math.min(input - 1, Math.max(0, fround(fround(at * scale) + offset)));
    const first = Math.floor(position);
    return {
      first,
      second: Math.min(first + 1, input - 1),
      weight: roundHalfEven(2048 * fround(position - first)),
    };
  });
}
