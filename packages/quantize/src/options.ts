import type { ActivationType, Granularity, Interval } from '@sepconv/train/quantization';
import type { AdaptiveRounding } from './adaptive-rounding.js';
import type { Boundary } from './convert/convert.js';
import { kindOf, QuantizeError } from './errors.js';
import { checkRangeOptions, type RangeMethod } from './ranges/choose-range.js';
import type { Place } from './run.js';
import type { Sample } from './samples.js';
import { checkKeepFloat, type KeepFloat } from './sensitivity.js';

/** Options of `quantizeNetwork`. */
export interface QuantizeOptions extends Place {
  /**
   * Inputs of the network like those that it will see, to learn ranges from: float32 tensors for the one input, or tensors by input name.
   * Some dozens are enough. Default: none; then ranges are those of inputs drawn at random, which costs accuracy.
   */
  readonly samples?: readonly Sample[];
  /** Inputs that no range is learnt from, on which both networks are compared. Default: the samples themselves. */
  readonly heldBack?: readonly Sample[];
  /**
   * Ranges of values that are known, by name, as `learntRanges` of `@sepconv/train` gives them: they are taken as they are, and of what is
   * stored alike one is enough. Weights are those that such ranges were learnt with, so that nothing is equalized, nor biases corrected
   * unless that is asked for. Values of none are observed.
   */
  readonly ranges?: ReadonlyMap<string, Interval>;
  /** Between which numbers inputs lie, where there are no samples. Default −1 to 1. */
  readonly inputRange?: Interval;
  /** How ranges of activations are chosen. Default `'mse'`. */
  readonly method?: RangeMethod;
  /** The share of numbers that the method `'percentile'` keeps within the range. Default 0.9999. */
  readonly percentile?: number;
  /** One scale for each output channel of a weight, or one for all of it. Default `'channel'`. */
  readonly weights?: Granularity;
  /** Integers of activations. Default `'int8'`; `'uint8'` is for ONNX on processors that multiply unsigned with signed bytes. */
  readonly activations?: ActivationType;
  /** Whether ranges of weights are equalized across layers, and high biases absorbed. Default `true`, with `ranges` `false`. */
  readonly equalize?: boolean;
  /** Whether biases make good what rounding does on average. Default `true`, with `ranges` `false`. */
  readonly correctBias?: boolean;
  /** Learns whether each weight is rounded up or down, layer by layer; takes minutes. Default: each to its nearest integer. */
  readonly adaptRounding?: AdaptiveRounding | boolean;
  /** Layers that stay with real numbers. Default: those that have no form in integers. */
  readonly keepFloat?: KeepFloat;
  /** Whether the report says what each layer costs by itself; the network is compiled once for each. Default `false`. */
  readonly sensitivity?: boolean;
  /** Whether inputs and outputs stay real numbers, or are the integers inside. Default `'float32'`. */
  readonly boundary?: Boundary;
  /** Seed of drawn inputs. Default 1. */
  readonly seed?: number;
  /** Called now and then with what is being done, and how far it is, from 0 to 1. */
  readonly onProgress?: (what: string, share: number) => void;
}

/** Options with nothing left open that has a default. */
export type FullOptions = QuantizeOptions &
  Required<
    Pick<
      QuantizeOptions,
      | 'inputRange'
      | 'method'
      | 'percentile'
      | 'weights'
      | 'activations'
      | 'equalize'
      | 'correctBias'
      | 'boundary'
      | 'seed'
      | 'onProgress'
    >
  >;

const expectOneOf = (what: string, value: unknown, known: readonly string[]): void => {
  if (!known.includes(value as string))
    throw new QuantizeError(`${what} must be one of ${known.join(', ')}, not ${kindOf(value)}`);
};

function checkAdaptiveRounding(options: QuantizeOptions['adaptRounding']): void {
  if (options === undefined || typeof options === 'boolean') return;
  if (typeof options !== 'object' || options === null)
    throw new QuantizeError(`adaptRounding must be true, false or an object, not ${kindOf(options)}`);
  for (const name of ['steps', 'batchSize'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
      throw new QuantizeError(`adaptRounding.${name} must be an integer of at least 1, not ${kindOf(value)}`);
  }
  const { learningRate } = options;
  if (learningRate !== undefined && !(Number.isFinite(learningRate) && learningRate > 0))
    throw new QuantizeError(
      `adaptRounding.learningRate must be a finite number above 0, not ${kindOf(learningRate)}`,
    );
}

/** Ranges that are given, before it is known of what. */
function checkRanges({ ranges, equalize }: FullOptions): void {
  if (ranges === undefined) return;
  if (!(ranges instanceof Map) || ranges.size === 0)
    throw new QuantizeError(
      'ranges must be a map of values to { min, max } with at least one in it, or left out',
    );
  if (equalize)
    throw new QuantizeError('ranges are those of weights as they are: equalize must be false, or left out');
  for (const [name, range] of ranges as ReadonlyMap<string, Interval | undefined>) {
    const { min = NaN, max = NaN } = range ?? {};
    if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max))
      throw new QuantizeError(
        `the range of "${name}" must be of two finite numbers, the lesser first, but is from ${String(min)} to ${String(max)}`,
      );
  }
}

/**
 * Fills in the defaults.
 *
 * @throws {QuantizeError} naming the option and its value.
 */
export function completeOptions(options: QuantizeOptions): FullOptions {
  if (typeof options !== 'object' || options === null)
    throw new QuantizeError(`the options must be an object, but are ${kindOf(options)}`);
  const full: FullOptions = {
    inputRange: { min: -1, max: 1 },
    method: 'mse',
    percentile: 0.9999,
    weights: 'channel',
    activations: 'int8',
    equalize: options.ranges === undefined,
    correctBias: options.ranges === undefined,
    boundary: 'float32',
    seed: 1,
    onProgress: () => {},
    ...(Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    ) as QuantizeOptions),
  };
  checkRangeOptions(full);
  checkAdaptiveRounding(full.adaptRounding);
  checkKeepFloat(full.keepFloat ?? {});
  checkRanges(full);
  expectOneOf('weights', full.weights, ['channel', 'tensor']);
  expectOneOf('activations', full.activations, ['int8', 'uint8']);
  expectOneOf('the boundary', full.boundary, ['float32', 'integer']);
  for (const name of ['equalize', 'correctBias'] as const)
    if (typeof full[name] !== 'boolean')
      throw new QuantizeError(`${name} must be true or false, not ${kindOf(full[name])}`);
  if (!Number.isSafeInteger(full.seed))
    throw new QuantizeError(`the seed must be a whole number, not ${kindOf(full.seed)}`);
  if (typeof full.onProgress !== 'function')
    throw new QuantizeError(`onProgress must be a function, not ${kindOf(full.onProgress)}`);
  const { min, max } = full.inputRange ?? {};
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max))
    throw new QuantizeError(
      `the range of inputs must be of two numbers, the lesser first, not ${kindOf(min)} and ${kindOf(max)}`,
    );
  return full;
}
