/** @file When two steps cost less than the one convolution that they stand for: exact integers, no rounding. */
import type { HeightWidth } from '@sepconv/graph';
import { DecomposeError } from './errors.js';
import { layerShapeOf, type Order } from './layer-shape.js';

/** A convolution layer, as far as its break-even depends on it. */
export interface BreakEvenLayer {
  /** Height and width of the window, or one number for both. */
  readonly kernel: number | HeightWidth;
  /** C_in. */
  readonly inputChannels: number;
  /** C_out. */
  readonly outputChannels: number;
  /** Default 1. */
  readonly groups?: number;
  /** Default `'depthwise-pointwise'`. */
  readonly order?: Order;
  /** Height · width of the input; needed for `'pointwise-depthwise'`, whose first step runs there. */
  readonly inputPixels?: number;
  /** Height · width of the output; as `inputPixels`. */
  readonly outputPixels?: number;
}

/** Which ranks save multiply-adds. */
export interface BreakEven {
  /**
   * 1/R. A decomposition of rank T has fewer multiply-adds than the standard convolution if and only if T is below this,
   * and as many if T equals it.
   */
  readonly rank: number;
  /** R, the multiply-adds of rank 1 in parts of the standard convolution's; rank T has T · R. */
  readonly ratio: number;
  /** R as a fraction of integers, not reduced: `ratioNumerator / ratioDenominator`. */
  readonly ratioNumerator: number;
  readonly ratioDenominator: number;
  /** The largest integer below 1/R, 0 when no rank saves. */
  readonly largestSavingRank: number;
  /** The rank at which nothing is lost: min(K², C_out / groups), or min(K², C_in / groups) with the pointwise step first. */
  readonly exactRank: number;
}

function positive(name: string, value: number | undefined): number {
  if (value === undefined || !Number.isSafeInteger(value) || value < 1) {
    throw new DecomposeError(`the layer's ${name} must be an integer of at least 1, not ${String(value)}`);
  }
  return value;
}

/**
 * The rank at which a decomposed convolution costs as much as the standard one. Write K² for the taps of the window, C_in
 * and C_out for the channels of one group.
 *
 * **Theorem 1.** Depthwise first, rank T costs `C_in·T·K² + C_in·T·C_out` multiply-adds for each output pixel, the standard
 * convolution `C_in·K²·C_out`. The first is less exactly when `T < K²·C_out / (K² + C_out) = 1/R`, with
 * `R = 1/C_out + 1/K²`, the ratio of Howard et al. 2017 (arXiv:1704.04861, §3.1).
 *
 * **Theorem 2.** Pointwise first, with ρ input pixels for each output pixel, rank T costs `ρ·C_in·C_out·T + K²·T·C_out`, which
 * is less exactly when `T < 1/R`, with `R = ρ/K² + 1/C_in`.
 *
 * **Corollary.** 1/R is below min(K², C_out), and below min(K², C_in) where ρ ≥ 1, so a decomposition that loses nothing by
 * its rank alone never saves anything.
 *
 * Source of the decomposition: Guo et al. 2018, "Network Decoupling", arXiv:1808.05517.
 *
 * @throws {DecomposeError} naming the number, when one is no positive integer or the groups do not divide the channels.
 *
 * @example
 * breakEvenRank({ kernel: 3, inputChannels: 128, outputChannels: 256 }).rank; // 8.69…, 2304/265
 */
export function breakEvenRank(layer: BreakEvenLayer): BreakEven {
  const isLayer = typeof layer === 'object' && layer !== null;
  if (!isLayer || !(typeof layer.kernel === 'number' || Array.isArray(layer.kernel))) {
    throw new DecomposeError(
      'a layer is { kernel: 3, inputChannels: 8, outputChannels: 16 }, its kernel a number or two',
    );
  }
  const { kernel, groups = 1, order = 'depthwise-pointwise' } = layer;
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const inputs = positive('inputChannels', layer.inputChannels);
  positive('groups', groups);
  if (inputs % groups !== 0) {
    throw new DecomposeError(`${groups} groups do not divide the layer's ${inputs} input channels`);
  }
  const { taps, columns, exactRank } = layerShapeOf(
    [
      positive('kernel height', height),
      positive('kernel width', width),
      inputs / groups,
      positive('outputChannels', layer.outputChannels),
    ],
    groups,
    order,
  );
  const [from, to] =
    order === 'depthwise-pointwise'
      ? [1, 1]
      : [positive('inputPixels', layer.inputPixels), positive('outputPixels', layer.outputPixels)];
  // (ρ·columns + K²) / (K²·columns) with ρ = from/to, times `to` above and below; ρ is 1 with the depthwise step first.
  const ratioNumerator = from * columns + to * taps;
  const ratioDenominator = to * taps * columns;
  return {
    rank: ratioDenominator / ratioNumerator,
    ratio: ratioNumerator / ratioDenominator,
    ratioNumerator,
    ratioDenominator,
    largestSavingRank: Math.floor((ratioDenominator - 1) / ratioNumerator),
    exactRank,
  };
}
