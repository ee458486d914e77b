import { checkElements, createTensor, formatShape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { DecomposeError } from './errors.js';
import { energyOf, type Factorization, factorize, spectrumOf, truncate } from './factorization.js';
import { fitSecondStep } from './fit.js';
import { type LayerShape, layerShapeOf, type Order } from './layer-shape.js';
import { outputErrorOf } from './predict.js';
import { checkSamples, type LayerSamples } from './samples.js';
import { type BiasedWeights, composeWeight } from './separable-weights.js';
import { weightingFrom } from './weighting.js';

/** Options of {@link decomposeConv2d}. */
export interface DecomposeConv2dOptions {
  /** Groups of the convolution. Default 1. */
  readonly groups?: number;
  /** Default `'depthwise-pointwise'`. */
  readonly order?: Order;
  /** The layer's bias `[C_out]`. Default none. */
  readonly bias?: Tensor;
  /** What the layer sees and gives, to minimize the error of its output. Default none: the error of the weight. */
  readonly samples?: LayerSamples;
}

/** How the weights were found: see {@link decomposeConv2d}. */
export type Method = 'plain' | 'weighted' | 'weighted+bias' | 'weighted+fit' | 'plain+bias' | 'plain+fit';

/** Two convolutions that stand for one. */
export interface ConvDecomposition {
  readonly order: Order;
  readonly groups: number;
  /** T. */
  readonly rank: number;
  /** `[K_h, K_w, C_in, T]`, or with the pointwise step first `[K_h, K_w, T, C_out]`, for T = 1 `[K_h, K_w, C_out, 1]`. */
  readonly depthwise: Tensor<'float32'>;
  /** `[1, 1, C_in·T / groups, C_out]`, or with the pointwise step first `[1, 1, C_in / groups, C_out·T]`. */
  readonly pointwise: Tensor<'float32'>;
  /** Of the second step, `[C_out]`: the one that was given, corrected where samples ask for it. */
  readonly bias?: Tensor<'float32'>;
  /**
   * For t = 1 … min(K², columns), the root of the sum over all slices of the squared t-th singular value; with samples, of the
   * weighted slices.
   */
  readonly spectrum: readonly number[];
  /** The share of the squared spectrum that the rank keeps, 0 to 1. */
  readonly energy: number;
  /** Of the output at the samples, `‖error‖ / ‖output‖`; absent without samples. */
  readonly outputError?: number;
  readonly method: Method;
}

/** A layer's weight and bias, checked, in float32. */
export interface PreparedConv {
  readonly layer: LayerShape;
  readonly weight: Float32Array;
  /** Zeros where there is none. */
  readonly bias: Float32Array;
  readonly hasBias: boolean;
}

/** Checks a layer. @throws {DecomposeError} */
export function prepareConv(weight: Tensor, options: DecomposeConv2dOptions): PreparedConv {
  checkElements(weight, 'the weight');
  const { groups = 1, order = 'depthwise-pointwise', bias } = options ?? {};
  const layer = layerShapeOf(weight.shape, groups, order);
  if (bias !== undefined && formatShape(bias.shape) !== String(layer.filters)) {
    throw new DecomposeError(
      `the bias must be [C_out] of ${layer.filters}, but is ${formatShape(bias.shape)}`,
    );
  }
  const numbers = toFloat32(weight).data;
  const biases = bias === undefined ? new Float32Array(layer.filters) : toFloat32(bias).data;
  if (!numbers.every(Number.isFinite) || !biases.every(Number.isFinite)) {
    throw new DecomposeError(
      'the weight or the bias holds a number that is not finite, so it has no decomposition',
    );
  }
  return { layer, weight: numbers, bias: biases, hasBias: bias !== undefined };
}

/** @throws {DecomposeError} when a layer has no such rank. */
function checkRank(rank: number, { exactRank, taps, columns, order }: LayerShape): void {
  if (Number.isInteger(rank) && rank >= 1 && rank <= exactRank) return;
  const channels = order === 'depthwise-pointwise' ? 'C_out' : 'C_in';
  throw new DecomposeError(
    `the rank must be an integer from 1 to ${exactRank} (the smaller of ${taps} taps and ${columns} ${channels} of a group), not ${String(rank)}`,
  );
}

/** What samples add to a truncated factorization. */
interface Found {
  readonly weights: BiasedWeights;
  readonly method: Method;
  readonly outputError: number;
}

function improved(
  layer: LayerShape,
  start: BiasedWeights,
  samples: LayerSamples,
  name: 'plain' | 'weighted',
): Found {
  const { weights, corrected, outputError } = fitSecondStep(layer, start, samples);
  const method = { nothing: name, bias: `${name}+bias`, weights: `${name}+fit` } as const;
  // Without a correction the bias stays the very object that was given: a layer without one does not get one.
  return corrected === 'nothing'
    ? { weights: start, method: name, outputError }
    : { weights, method: method[corrected], outputError };
}

/**
 * The weights of a rank that minimize the output's error on samples: from the weighted factorization, corrected by least
 * squares. Should the plain one be better on them, it is corrected and taken instead, so that the result is never worse.
 */
function calibrated(conv: PreparedConv, weighted: Factorization, rank: number, samples: LayerSamples): Found {
  const { layer, weight, bias } = conv;
  const found = improved(layer, { ...truncate(weighted, rank), bias }, samples, 'weighted');
  const plain = { ...truncate(factorize(weight, layer), rank), bias };
  if (found.outputError <= outputErrorOf(layer, plain, samples)) return found;
  return improved(layer, plain, samples, 'plain');
}

function weightsAt(
  conv: PreparedConv,
  factorization: Factorization,
  rank: number,
  calibration?: LayerSamples,
): Omit<Found, 'outputError'> & Partial<Found> {
  const { layer, weight, bias } = conv;
  if (calibration === undefined) {
    return { weights: { ...truncate(factorization, rank), bias }, method: 'plain' };
  }
  if (rank < layer.exactRank) return calibrated(conv, factorization, rank, calibration);
  // At the exact rank the plain decomposition loses nothing, whatever the inputs are.
  const weights = { ...truncate(factorize(weight, layer), rank), bias };
  return { weights, method: 'plain', outputError: outputErrorOf(layer, weights, calibration) };
}

/** Factors a checked layer, weighted where there are samples. */
export function factorConv({ layer, weight }: PreparedConv, samples?: LayerSamples): Factorization {
  return factorize(weight, layer, samples === undefined ? undefined : weightingFrom(samples, layer));
}

/** Cuts a rank out of a layer's factorization, which was weighted if there are `calibration` samples. */
export function decomposeFactored(
  conv: PreparedConv,
  factorization: Factorization,
  rank: number,
  calibration?: LayerSamples,
): ConvDecomposition {
  const { layer, bias, hasBias } = conv;
  checkRank(rank, layer);
  const spectrum = spectrumOf(factorization);
  const { weights, method, outputError } = weightsAt(conv, factorization, rank, calibration);
  // A correction needs a bias even where the layer had none.
  const needsBias = hasBias || weights.bias !== bias;
  return {
    order: layer.order,
    groups: layer.groups,
    rank,
    depthwise: weights.depthwise,
    pointwise: weights.pointwise,
    ...(needsBias && { bias: createTensor('float32', [layer.filters], weights.bias) }),
    spectrum,
    energy: energyOf(spectrum, rank),
    ...(outputError !== undefined && { outputError }),
    method,
  };
}

/**
 * The best approximation of a standard convolution by a separable one of rank T.
 *
 * For each input channel, the weight is a K²×C_out matrix. Its truncated singular value decomposition `Σ_t u_t · s_t · v_tᵀ` is T
 * spatial filters and T channel mixtures: a depthwise convolution with channel multiplier T, then a pointwise convolution. No
 * other choice of rank T has a smaller error in the Frobenius norm, which is the root of the sum of the squared singular values
 * beyond T (Eckart and Young 1936); T = min(K², C_out) is exact. With `order: 'pointwise-depthwise'` the same is done for each
 * output channel's K²×C_in matrix. Channels are those of a group. Strides, dilations and padding are the depthwise step's, the
 * bias is the second step's.
 *
 * With `samples` the error of the layer's output is minimized instead: the slices are weighted by the second moments of the
 * inputs (see `weighting.ts` for what that ignores), then the second step and the bias are corrected by least squares, which sees
 * all channels together. On the samples the error is never larger than the plain decomposition's.
 *
 * @param weight HWIO, `[K_h, K_w, C_in / groups, C_out]`.
 * @throws {DecomposeError} when the rank is out of range, or shapes or numbers do not fit.
 *
 * Sources: Guo et al. 2018, "Network Decoupling", arXiv:1808.05517; for the correction, Zhang et al. 2015, arXiv:1505.06798.
 *
 * @example
 * const { depthwise, pointwise, energy } = decomposeConv2d(weight, 3);
 */
export function decomposeConv2d(
  weight: Tensor,
  rank: number,
  options: DecomposeConv2dOptions = {},
): ConvDecomposition {
  const conv = prepareConv(weight, options);
  checkRank(rank, conv.layer);
  const { samples } = options;
  if (samples !== undefined) checkSamples(samples, conv.layer);
  return decomposeFactored(conv, factorConv(conv, samples), rank, samples);
}

/**
 * The weight `[K_h, K_w, C_in / groups, C_out]` of the one standard convolution that the two steps amount to, computed in float64
 * and rounded once.
 */
export function recomposeConv2d(
  decomposition: Pick<ConvDecomposition, 'order' | 'groups' | 'rank' | 'depthwise' | 'pointwise'>,
): Tensor<'float32'> {
  const { order, groups, rank, depthwise, pointwise } = decomposition ?? {};
  checkElements(depthwise, 'the depthwise weight');
  checkElements(pointwise, 'the pointwise weight');
  if (typeof groups !== 'number' || typeof rank !== 'number') {
    throw new DecomposeError(
      'what is put together again is what decomposeConv2d gave, with its groups and its rank',
    );
  }
  const [height = 0, width = 0, channels = 0] = depthwise.shape;
  const [, , inner = 0, outer = 0] = pointwise.shape;
  const [groupChannels, filters] =
    order === 'depthwise-pointwise' ? [channels / groups, outer] : [inner, outer / rank];
  const shape = [height, width, groupChannels, filters];
  const layer = layerShapeOf(shape, groups, order);
  return createTensor('float32', shape, Float32Array.from(composeWeight(layer, { depthwise, pointwise })));
}
