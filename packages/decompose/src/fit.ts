/**
 * @file The correction of the second step and the bias by least squares on samples: what remains of the output's error is
 * regressed on what the first step gives, all channels together. This is where the moments between channels, which the weighting
 * leaves out, come in. The first step stays as it is.
 *
 * The correction is shrunk (ridge regression) and tried on samples that it has not seen; where it does not help there, only the
 * bias is corrected. That the error on all samples does not become larger is checked by the caller.
 */
import { createTensor, type Tensor } from '@sepconv/tensor';
import type { LayerShape } from './layer-shape.js';
import {
  choleskyOf,
  gramOfColumns,
  multiply,
  solveLower,
  solveLowerTransposed,
  transpose,
} from './linear-algebra.js';
import { firstStep, groupFeatures, predict, sliceFeatures } from './predict.js';
import type { LayerSamples } from './samples.js';
import { type BiasedWeights, rankOf } from './separable-weights.js';

/** Added to the diagonal of the second moments, in parts of its mean. */
const ridge = 1e-3;

/** Of this many samples one is kept for the trial. */
const trialEvery = 5;

/** Samples for each number that is fitted: with fewer, a correction fits the samples and nothing else. */
const samplesPerUnknown = 2;

/** Corrects the second step and the bias; `corrected` is `'bias'` where no unit's weights gained by it. */
export function fitSecondStep(
  layer: LayerShape,
  start: BiasedWeights,
  samples: LayerSamples,
): { readonly fitted: BiasedWeights; readonly corrected: 'weights' | 'bias' } {
  const count = samples.outputs.shape[0] as number;
  const residual = predict(layer, start, samples.windows.data, count);
  for (let i = 0; i < residual.length; i++)
    residual[i] = (samples.outputs.data[i] as number) - (residual[i] as number);
  const first = firstStep(layer, start, samples.windows.data, count);
  const isDepthwiseFirst = layer.order === 'depthwise-pointwise';
  const second = Float64Array.from((isDepthwiseFirst ? start.pointwise : start.depthwise).data);
  const bias = Float64Array.from(start.bias);
  const rank = rankOf(layer, start);
  let anyWeights = false;
  // A unit is what is fitted together: the output channels of a group, or one output channel.
  const units = isDepthwiseFirst ? layer.groups : layer.filters;
  const unitFilters = layer.filters / units;
  for (let unit = 0; unit < units; unit++) {
    const targets = columnsOf(residual, layer.filters, unit * unitFilters, unitFilters);
    const features = isDepthwiseFirst
      ? groupFeatures(layer, first, count, unit, rank)
      : sliceFeatures(layer, first, count, unit, rank);
    const width = features.length / count;
    const { slope, intercept } = correctionOf(features, targets, count, width, unitFilters);
    intercept.forEach((value, o) => {
      bias[unit * unitFilters + o] = (bias[unit * unitFilters + o] as number) + value;
    });
    if (slope === undefined) continue;
    anyWeights = true;
    for (let row = 0; row < width; row++) {
      for (let o = 0; o < unitFilters; o++) {
        // Both second steps keep the output channel innermost: [1, 1, C·T/G, C_out] and [K_h, K_w, T, C_out].
        const at = row * layer.filters + unit * unitFilters + o;
        second[at] = (second[at] as number) + (slope[row * unitFilters + o] as number);
      }
    }
  }
  const rounded = (like: Tensor<'float32'>) => createTensor('float32', like.shape, Float32Array.from(second));
  const fitted: BiasedWeights = {
    depthwise: isDepthwiseFirst ? start.depthwise : rounded(start.depthwise),
    pointwise: isDepthwiseFirst ? rounded(start.pointwise) : start.pointwise,
    bias: Float32Array.from(bias),
  };
  return { fitted, corrected: anyWeights ? 'weights' : 'bias' };
}

function columnsOf(matrix: Float64Array, width: number, first: number, count: number): Float64Array {
  const rows = matrix.length / width;
  const result = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < count; c++) result[row * count + c] = matrix[row * width + first + c] as number;
  }
  return result;
}

interface Correction {
  /** `[width, filters]`, absent where the trial found it of no use. */
  readonly slope?: Float64Array;
  /** `[filters]`. */
  readonly intercept: Float64Array;
}

function correctionOf(
  features: Float64Array,
  targets: Float64Array,
  count: number,
  width: number,
  filters: number,
): Correction {
  const [seen, unseen] = [[] as number[], [] as number[]];
  for (let row = 0; row < count; row++) (row % trialEvery === trialEvery - 1 ? unseen : seen).push(row);
  const pick = (matrix: Float64Array, rows: readonly number[], columns: number): Float64Array => {
    const result = new Float64Array(rows.length * columns);
    rows.forEach((row, i) => {
      result.set(matrix.subarray(row * columns, (row + 1) * columns), i * columns);
    });
    return result;
  };
  const constant = { intercept: meansOf(targets, count, filters) };
  if (unseen.length === 0 || seen.length < samplesPerUnknown * width) return constant;
  const trial = regress(
    pick(features, seen, width),
    pick(targets, seen, filters),
    seen.length,
    width,
    filters,
  );
  const trialTargets = pick(targets, unseen, filters);
  const trialFeatures = pick(features, unseen, width);
  const withSlope = errorOf(trialFeatures, trialTargets, unseen.length, width, filters, trial);
  const withoutSlope = errorOf(trialFeatures, trialTargets, unseen.length, width, filters, {
    intercept: meansOf(pick(targets, seen, filters), seen.length, filters),
  });
  return withSlope < withoutSlope ? regress(features, targets, count, width, filters) : constant;
}

function meansOf(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < matrix.length; i++) {
    means[i % columns] = (means[i % columns] as number) + (matrix[i] as number) / rows;
  }
  return means;
}

/** Ridge regression with an intercept: `(ZᵀZ + λI)·slope = Zᵀ·R` of centred features Z and targets R. */
function regress(
  features: Float64Array,
  targets: Float64Array,
  count: number,
  width: number,
  filters: number,
): Required<Correction> {
  const featureMeans = meansOf(features, count, width);
  const targetMeans = meansOf(targets, count, filters);
  const centred = features.map((value, i) => value - (featureMeans[i % width] as number));
  const gram = gramOfColumns(centred, count, width);
  let trace = 0;
  for (let i = 0; i < width; i++) trace += gram[i * width + i] as number;
  // Features that are all constant explain nothing; any positive number keeps the system solvable.
  const lambda = trace > 0 ? (ridge * trace) / width : 1;
  for (let i = 0; i < width; i++) gram[i * width + i] = (gram[i * width + i] as number) + lambda;
  const slope = multiply(transpose(centred, count, width), targets, width, count, filters);
  const lower = choleskyOf(gram, width);
  solveLower(lower, width, slope, filters);
  solveLowerTransposed(lower, width, slope, filters);
  const intercept = targetMeans.map((mean, o) => {
    let shift = mean;
    for (let row = 0; row < width; row++)
      shift -= (featureMeans[row] as number) * (slope[row * filters + o] as number);
    return shift;
  });
  return { slope, intercept };
}

function errorOf(
  features: Float64Array,
  targets: Float64Array,
  count: number,
  width: number,
  filters: number,
  { slope, intercept }: Correction,
): number {
  const explained = slope === undefined ? undefined : multiply(features, slope, count, width, filters);
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += ((targets[i] as number) - (intercept[i % filters] as number) - (explained?.[i] ?? 0)) ** 2;
  }
  return sum;
}
