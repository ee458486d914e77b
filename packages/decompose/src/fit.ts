/**
 * @file The correction of the second step and the bias by least squares on samples: what remains of the output's error is
 * regressed on what the first step gives, all channels together. This is where the moments between channels, which the weighting
 * leaves out, come in. The first step stays as it is.
 *
 * The correction is shrunk (ridge regression) and tried on samples that it has not seen; where it does not help there, only the
 * bias is corrected.
 */
import { createTensor } from '@sepconv/tensor';
import type { LayerShape } from './layer-shape.js';
import {
  choleskyOf,
  gramOfColumns,
  multiply,
  norm,
  solveLower,
  solveLowerTransposed,
  transpose,
} from './linear-algebra.js';
import { columnsOf, forEachUnit, secondStepOf } from './predict.js';
import type { LayerSamples } from './samples.js';
import type { BiasedWeights } from './separable-weights.js';

/** Added to the diagonal of the second moments, in parts of its mean. */
const ridge = 1e-3;

/** Of this many samples one is kept for the trial. */
const trialEvery = 5;

/** Samples for each number that is fitted: with fewer, a correction fits the samples and nothing else. */
const samplesPerUnknown = 2;

/** Two steps whose second one was corrected. */
export interface Fitted {
  readonly weights: BiasedWeights;
  /** What was corrected: the weights of at least one unit, biases alone, or nothing because nothing helped. */
  readonly corrected: 'weights' | 'bias' | 'nothing';
  /** Of the output, `‖error‖ / ‖output‖` over all samples. */
  readonly outputError: number;
}

/** Corrects the second step and the bias, unit by unit; a correction that does not lower a unit's error is not made. */
export function fitSecondStep(layer: LayerShape, start: BiasedWeights, samples: LayerSamples): Fitted {
  const count = samples.outputs.shape[0] as number;
  const outputs = Float64Array.from(samples.outputs.data);
  const second = Float32Array.from(secondStepOf(layer, start));
  const bias = Float32Array.from(start.bias);
  let corrected: Fitted['corrected'] = 'nothing';
  let squares = 0;
  forEachUnit(layer, start, samples.windows.data, ({ firstFilter, filters, features, width }) => {
    const targets = columnsOf(outputs, layer.filters, firstFilter, filters);
    const before: UnitWeights = {
      second: columnsOf(Float64Array.from(second), layer.filters, firstFilter, filters),
      bias: Float64Array.from(bias.subarray(firstFilter, firstFilter + filters)),
    };
    const residual = residualOf(features, targets, count, width, filters, before);
    const { slope, intercept } = correctionOf(features, residual, count, width, filters);
    // Rounded as they will be stored: near the exact rank, rounding takes what a correction gains.
    const after: UnitWeights = {
      second:
        slope === undefined
          ? before.second
          : before.second.map((w, i) => Math.fround(w + (slope[i] as number))),
      bias: before.bias.map((value, o) => Math.fround(value + (intercept[o] as number))),
    };
    const [old, improved] = [residual, residualOf(features, targets, count, width, filters, after)].map(
      squaresOf,
    );
    squares += Math.min(old as number, improved as number);
    if ((improved as number) >= (old as number)) return;
    if (slope !== undefined) corrected = 'weights';
    else if (corrected === 'nothing') corrected = 'bias';
    bias.set(after.bias, firstFilter);
    for (let row = 0; row < width; row++) {
      second.set(
        after.second.subarray(row * filters, (row + 1) * filters),
        row * layer.filters + firstFilter,
      );
    }
  });
  const name = layer.order === 'depthwise-pointwise' ? 'pointwise' : 'depthwise';
  const weights = { ...start, [name]: createTensor('float32', start[name].shape, second), bias };
  return { weights, corrected, outputError: squares === 0 ? 0 : Math.sqrt(squares) / norm(outputs) };
}

/** The second step's weight and bias of one unit. */
interface UnitWeights {
  /** `[width, filters]`. */
  readonly second: Float64Array;
  /** `[filters]`. */
  readonly bias: Float64Array;
}

/** `targets − features · second − bias`. */
function residualOf(
  features: Float64Array,
  targets: Float64Array,
  count: number,
  width: number,
  filters: number,
  { second, bias }: UnitWeights,
): Float64Array {
  const explained = multiply(features, second, count, width, filters);
  return targets.map((target, i) => target - (explained[i] as number) - (bias[i % filters] as number));
}

const squaresOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

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
  const errorOf = (second: Float64Array, bias: Float64Array): number =>
    squaresOf(residualOf(trialFeatures, trialTargets, unseen.length, width, filters, { second, bias }));
  const withSlope = errorOf(trial.slope, trial.intercept);
  const means = meansOf(pick(targets, seen, filters), seen.length, filters);
  const withoutSlope = errorOf(new Float64Array(trial.slope.length), means);
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
