/** @file A training that sees what integers will hold of its network. */
import type { Tensor } from '@sepconv/tensor';
import { type Check, isObject, object, oneOf, share } from '../fields.js';
import type { Granularity } from './integer-weights.js';
import { type RangeLearning, RangeTracker } from './range-tracker.js';
import { type ParameterRounding, roundParameters } from './round-parameters.js';
import type { RoundedValues } from './rounded-values.js';

/** How a network is trained for integers. */
export interface QuantizationSettings {
  /** How ranges of activations come about: `'learnt'`, or `'moving-average'`. Default `'learnt'`. */
  readonly ranges?: RangeLearning;
  /** One scale for each output channel of a weight, or one for all of it. Default `'channel'`. */
  readonly weights?: Granularity;
  /** The share of the training in which ranges are only looked at, and nothing is rounded. Default 0.1. */
  readonly after?: number;
  /** The share of the training after which BatchNorm goes by its moving statistics, as the integers will. Default 0.8. */
  readonly freezeNormsAfter?: number;
}

export type FullQuantizationSettings = Required<QuantizationSettings>;

const checkFields = object({
  ranges: oneOf('learnt', 'moving-average'),
  weights: oneOf('channel', 'tensor'),
  after: share,
  freezeNormsAfter: share,
});

/** Checks complete settings, naming the field and what it may be. */
export const checkQuantization: Check = (value, path) => checkFields(value, path);

/** Fills in the defaults; `undefined` where a network is not trained for integers. */
export function completeQuantization(given: unknown): unknown {
  if (given === undefined || given === false) return undefined;
  const own = given === true ? {} : given;
  if (!isObject(own)) return given;
  return {
    ranges: 'learnt',
    weights: 'channel',
    after: 0.1,
    freezeNormsAfter: 0.8,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  };
}

/** Scales move by this at the full learning rate, in their logarithm. */
const scaleRate = 0.01;

/** Ranges and rounded parameters of a training. */
export interface FakeQuantization {
  /** By the names of their classes. */
  readonly trackers: ReadonlyMap<string, RangeTracker>;
  /**
   * Begins a step.
   *
   * @param progress - From 0 to 1 over the whole training.
   * @returns whether norms go by their moving statistics.
   */
  begin(progress: number): boolean;
  /** Ends it, whatever has happened: parameters are the real ones again. */
  end(): void;
  /** Takes a step that went well into account. */
  update(updates: number, relativeRate: number): void;
}

/** The trackers of a network. */
export function createTrackers(
  { results, seams, fixed }: RoundedValues,
  { ranges }: FullQuantizationSettings,
): ReadonlyMap<string, RangeTracker> {
  const names = new Set([...results.values(), ...seams.values()]);
  return new Map([...names].map((name) => [name, new RangeTracker(ranges, fixed.get(name))]));
}

/** Fake quantization over a session's parameters. */
export function fakeQuantization(
  { parameters }: RoundedValues,
  trackers: ReadonlyMap<string, RangeTracker>,
  present: ReadonlyMap<string, Tensor<'float32'>>,
  { weights, after, freezeNormsAfter }: FullQuantizationSettings,
): FakeQuantization {
  const rounding: ParameterRounding = roundParameters(parameters, present, weights);
  let isRounding = false;
  return {
    trackers,
    begin: (progress) => {
      isRounding = progress >= after;
      for (const tracker of trackers.values()) tracker.begin(isRounding);
      if (isRounding) rounding.round();
      return progress >= freezeNormsAfter;
    },
    end: () => {
      if (isRounding) rounding.restore();
      isRounding = false;
    },
    update: (updates, relativeRate) => {
      for (const tracker of trackers.values()) tracker.update(updates, scaleRate * relativeRate);
    },
  };
}
