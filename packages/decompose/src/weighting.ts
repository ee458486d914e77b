/**
 * @file How much an error of a weight matters for the layer's output: the second moments of what the window sees.
 *
 * The output's mean squared error is `Σ tr(Δ_kᵀ · M_kl · Δ_l)` over pairs of input channels, where Δ_k is the error of channel
 * k's slice and `M_kl = E[p_k · p_lᵀ]` of the windows p. With the depthwise step first, each channel's own `M_kk` is used, taps
 * by taps, and the terms with k ≠ l are ignored: with them there is no closed form. With the pointwise step first a slice has all
 * channels, and its moments are taken as a product `M_taps ⊗ M_channels`, averages over the channels and over the taps: all
 * channels are seen together, and what is ignored is how their correlation depends on the distance of the taps. In both orders
 * `fit.ts` then corrects the second step with all of it.
 */
import type { Weighting } from './factorization.js';
import { groupOf, type LayerShape } from './layer-shape.js';
import { choleskyOf } from './linear-algebra.js';
import type { LayerSamples } from './samples.js';

/**
 * Added to the diagonal, in parts of its mean. Moments of images fall by three to four orders of magnitude over the nine taps of
 * a 3×3 window; below this, a few thousand samples say nothing, and filters would grow without bound to gain it.
 */
const ridge = 1e-4;

/** The weighting of every slice, from samples. */
export function weightingFrom({ windows }: LayerSamples, layer: LayerShape): (slice: number) => Weighting {
  if (layer.order === 'depthwise-pointwise') {
    return (slice) => ({ taps: factorOf(tapMoments(windows.data, layer, slice, 1), layer.taps) });
  }
  const groupChannels = layer.channels / layer.groups;
  const byGroup = Array.from(
    { length: layer.groups },
    (_, group): Weighting => ({
      taps: factorOf(tapMoments(windows.data, layer, group * groupChannels, groupChannels), layer.taps),
      columns: factorOf(channelMoments(windows.data, layer, group * groupChannels), groupChannels, 1),
    }),
  );
  return (slice) => byGroup[groupOf(layer, slice)] as Weighting;
}

/** `Σ p·pᵀ` over samples and `count` channels from `first` on, `[taps, taps]`. */
function tapMoments(windows: Float32Array, layer: LayerShape, first: number, count: number): Float64Array {
  const { taps, channels } = layer;
  const moments = new Float64Array(taps * taps);
  for (let at = 0; at < windows.length; at += taps * channels) {
    for (let c = first; c < first + count; c++) {
      for (let i = 0; i < taps; i++) {
        const factor = windows[at + i * channels + c] as number;
        if (factor === 0) continue;
        for (let j = i; j < taps; j++)
          moments[i * taps + j] =
            (moments[i * taps + j] as number) + factor * (windows[at + j * channels + c] as number);
      }
    }
  }
  return mirrored(moments, taps);
}

/** `Σ x·xᵀ` over samples and taps, of the channels of one group, `[C_in / groups, C_in / groups]`. */
function channelMoments(windows: Float32Array, layer: LayerShape, first: number): Float64Array {
  const { channels, columns: count } = layer;
  const moments = new Float64Array(count * count);
  for (let at = first; at < windows.length; at += channels) {
    for (let i = 0; i < count; i++) {
      const factor = windows[at + i] as number;
      if (factor === 0) continue;
      for (let j = i; j < count; j++)
        moments[i * count + j] = (moments[i * count + j] as number) + factor * (windows[at + j] as number);
    }
  }
  return mirrored(moments, count);
}

/** The upper triangle, copied to the lower one. */
function mirrored(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i] as number;
  }
  return matrix;
}

/** What a channel that is always zero counts: nothing, but the factor must have an inverse. */
const nothing = 1e-12;

/** The Cholesky factor of moments with the {@link ridge}; with `mean`, scaled to a mean square of that. */
function factorOf(moments: Float64Array, size: number, mean?: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += moments[i * size + i] as number;
  if (!(trace > 0)) return identity(size, mean === undefined ? nothing : Math.sqrt(mean));
  const scaled = moments.map((value) => (value * size) / trace);
  for (let i = 0; i < size; i++) scaled[i * size + i] = (scaled[i * size + i] as number) + ridge;
  const factor = Math.sqrt(mean ?? trace / size);
  return choleskyOf(scaled, size).map((value) => value * factor);
}

function identity(size: number, diagonal: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) result[i * size + i] = diagonal;
  return result;
}
