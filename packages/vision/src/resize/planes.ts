/** @file Images as the resizers take and give them: interleaved bytes, rows from the top. */

/** Interleaved pixels of 1 or 3 channels. */
export interface Image {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The same with real numbers, which some programs keep between resizing and normalization. */
export interface RealImage extends Omit<Image, 'data'> {
  readonly data: Float32Array | Uint8Array;
}

/** A size to resize to, and the window of it that is wanted; the whole of it without one. */
export interface Target {
  readonly width: number;
  readonly height: number;
  readonly window?: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/** The window of a target. */
export const windowOf = ({ width, height, window }: Target): NonNullable<Target['window']> =>
  window ?? { left: 0, top: 0, width, height };

/** Weighted positions of one output position. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * `[outer, size, inner]` → `[outer, taps, inner]`: along the middle axis, each output is what `mix` makes of its weighted sum.
 */
export function resampleAxis<Data extends Uint8Array | Float32Array>(
  source: Uint8Array | Float32Array,
  [outer, size, inner]: readonly [number, number, number],
  taps: readonly Taps[],
  result: Data,
  finish: (sum: number) => number,
): Data {
  let target = 0;
  for (let o = 0; o < outer; o++) {
    for (const { first, weights } of taps) {
      const base = (o * size + first) * inner;
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let t = 0; t < weights.length; t++) {
          sum += (weights[t] as number) * (source[base + t * inner + i] as number);
        }
        result[target++] = finish(sum);
      }
    }
  }
  return result;
}
