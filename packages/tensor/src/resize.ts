/**
 * @file Antialiased resizing of interleaved pixels: a triangle filter whose support grows with the reduction, applied
 * along x and then along y, as Pillow's BILINEAR and torchvision's `antialias=True` do.
 *
 *   out[x] = Σ_s w(s, x) · in[s],   w(s, x) ∝ max(0, 1 − |s + ½ − centre(x)| / support)
 *   centre(x) = (x + ½) · in/out,   support = max(1, in/out)
 */

/** For one output coordinate: the first source coordinate and the weights from there on, which sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function planTaps(inputSize: number, outputSize: number): Taps[] {
  const scale = inputSize / outputSize;
  const support = Math.max(1, scale);
  return Array.from({ length: outputSize }, (_, x) => {
    const centre = (x + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(inputSize, Math.floor(centre + support + 0.5));
    const weights = new Float64Array(last - first);
    let sum = 0;
    for (let s = first; s < last; s++) {
      const weight = Math.max(0, 1 - Math.abs(s + 0.5 - centre) / support);
      weights[s - first] = weight;
      sum += weight;
    }
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / sum;
    return { first, weights };
  });
}

/** `[outer, size, inner]` → `[outer, taps.length, inner]`, weighted sums along the middle dimension. */
function resampleAxis(
  source: Float32Array,
  outer: number,
  size: number,
  inner: number,
  taps: readonly Taps[],
): Float32Array {
  const result = new Float32Array(outer * taps.length * inner);
  let target = 0;
  for (let o = 0; o < outer; o++) {
    for (const { first, weights } of taps) {
      const base = (o * size + first) * inner;
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let t = 0; t < weights.length; t++)
          sum += (weights[t] as number) * (source[base + t * inner + i] as number);
        result[target++] = sum;
      }
    }
  }
  return result;
}

/** Resizes `[height, width, channels]` pixels to `[outputHeight, outputWidth, channels]`. */
export function resizeAntialiased(
  source: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  outputHeight: number,
  outputWidth: number,
): Float32Array {
  const narrow =
    width === outputWidth
      ? source
      : resampleAxis(source, height, width, channels, planTaps(width, outputWidth));
  if (height === outputHeight) return narrow;
  return resampleAxis(narrow, 1, height, outputWidth * channels, planTaps(height, outputHeight));
}
