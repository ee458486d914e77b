import type { AugmentationOptions } from './data/augmentation.js';
import {
  boolean,
  count,
  decay,
  integer,
  isObject,
  list,
  notNegative,
  object,
  positive,
  refuseField,
  share,
  text,
} from './fields.js';
import { checkLearningRate, type LearningRateOptions } from './learning-rate.js';
import type { DistillationOptions } from './losses/distillation.js';
import { checkOptimizer, type OptimizerOptions } from './optimizers/optimizer.js';
import {
  checkQuantization,
  completeQuantization,
  type FullQuantizationSettings,
  type QuantizationSettings,
} from './quantization/fake-quantization.js';

/** Everything that decides how a training goes, as plain data: it is part of a checkpoint. */
export interface TrainSettings {
  /** Times that every image is seen. Default 10. */
  readonly epochs?: number;
  /** Images of a step; what is left over at an epoch's end waits for the next, which has another order. Default 32. */
  readonly batchSize?: number;
  /** Default 0: the order of the images, their changes, and initial weights if there are none. */
  readonly seed?: number;
  /** Default SGD with Nesterov's momentum 0.9. */
  readonly optimizer?: OptimizerOptions;
  /** Default 0.1, falling along a cosine, after half an epoch of warming up. */
  readonly learningRate?: LearningRateOptions;
  /** The share of the uniform distribution in the targets, from 0 (default) to below 1. */
  readonly labelSmoothing?: number;
  /** How long the gradient may be: a finite number above 0, or left out (default) for any length. */
  readonly clipNorm?: number;
  /** Decay of the average of weights that is evaluated instead of the last ones. Default: none. */
  readonly averageDecay?: number;
  /** The share of the past in BatchNorm's moving statistics. Default 0.9. */
  readonly batchNormMomentum?: number;
  readonly augmentation?: AugmentationOptions;
  /** Epochs without a better validation after which training ends, with the best weights. Default: none. */
  readonly patience?: number;
  /** How the teacher is followed, if there is one. */
  readonly distillation?: DistillationOptions;
  /**
   * Whether steps see weights and activations as int8 holds them, while gradients go straight through to the real ones, so that little is
   * lost when the network is quantized; and how. Default `false`.
   */
  readonly quantize?: boolean | QuantizationSettings;
  /** Names of the parameters that are trained. Default: all that can be. */
  readonly trainable?: readonly string[];
}

/** Settings with nothing left open that has a default. */
export type FullSettings = Omit<TrainSettings, 'quantize'> & {
  readonly quantize?: FullQuantizationSettings;
} & Required<
    Pick<
      TrainSettings,
      'epochs' | 'batchSize' | 'seed' | 'optimizer' | 'learningRate' | 'labelSmoothing' | 'batchNormMomentum'
    >
  >;

/** Every setting, whoever gives it: a caller or a checkpoint. */
const checkSettings = object(
  {
    epochs: count,
    batchSize: count,
    seed: integer('an integer', Number.MIN_SAFE_INTEGER),
    optimizer: checkOptimizer,
    learningRate: checkLearningRate,
    labelSmoothing: decay,
    batchNormMomentum: decay,
  },
  {
    clipNorm: positive,
    averageDecay: decay,
    augmentation: object({}, { shift: notNegative, rotate: notNegative, zoom: notNegative, flip: boolean }),
    patience: count,
    quantize: checkQuantization,
    distillation: object({}, { temperature: positive, weight: share }),
    trainable: list(text, 1),
  },
);

/**
 * Fills in the defaults.
 *
 * @throws {TrainError} naming the setting and its value.
 */
export function completeSettings(settings: TrainSettings): FullSettings {
  if (!isObject(settings)) refuseField('the settings', 'an object', settings);
  const quantize = completeQuantization(settings.quantize);
  const full = {
    epochs: 10,
    batchSize: 32,
    seed: 0,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    learningRate: { base: 0.1, schedule: 'cosine', warmUp: 0.5 },
    labelSmoothing: 0,
    batchNormMomentum: 0.9,
    ...Object.fromEntries(
      Object.entries(settings).filter(([name, value]) => value !== undefined && name !== 'quantize'),
    ),
    ...(quantize !== undefined && { quantize }),
  };
  checkSettings(full, '');
  return full as FullSettings;
}
