/** @file The command line of `sepconv train` as settings. */
import type { AugmentationOptions, OptimizerOptions, TrainSettings } from '@sepconv/train';
import { InvalidArgumentError, Option } from 'commander';
import {
  type EngineChoice,
  positiveInteger,
  positiveNumber,
  type ThreadsChoice,
} from '../commands/arguments.js';

/** What may be given; an absent flag has its default in `@sepconv/train` or below. */
export interface TrainFlags {
  readonly net?: string;
  readonly resume?: string;
  readonly output?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly optimizer?: OptimizerOptions['kind'];
  readonly rate?: number;
  readonly schedule?: 'constant' | 'cosine' | 'step';
  readonly warmUp?: number;
  readonly weightDecay?: number;
  readonly smoothing?: number;
  readonly clip?: number;
  readonly average?: number;
  readonly patience?: number;
  readonly augment?: AugmentationOptions | false;
  readonly teacher?: string;
  readonly validation: number;
  readonly mean?: number | readonly number[];
  readonly std?: number | readonly number[];
  readonly crop: boolean;
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly json?: true;
  readonly [name: string]: unknown;
}

/** Learning rates that are a good first try; Adam's are smaller, because its steps do not shrink with the gradient. */
const usualRates: Readonly<Record<OptimizerOptions['kind'], number>> = {
  sgd: 0.1,
  rmsprop: 0.01,
  adamw: 0.005,
};

/** What usually helps: digits have no mirror images, photos do. */
const usualAugmentation = {
  digits: { shift: 2, rotate: 10, zoom: 0.1 },
  photos: { shift: 4, rotate: 5, zoom: 0.1, flip: true },
} as const satisfies Record<string, AugmentationOptions>;

function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('It must be a number of at least 0.');
  }
  return value;
}

/** A share of a whole, from 0 to below 1. */
export function share(text: string): number {
  const value = notNegative(text);
  if (value >= 1) throw new InvalidArgumentError('It must be a number from 0 to below 1.');
  return value;
}

/** `none`, or parts like `shift=2,rotate=10,zoom=0.1,flip`. */
function augmentation(text: string): AugmentationOptions | false {
  if (text === 'none') return false;
  const parts = text.split(',').map((part): Record<string, number | boolean> => {
    if (part === 'flip') return { flip: true };
    const [, name, number = ''] = /^(shift|rotate|zoom)=(.+)$/.exec(part) ?? [];
    const value = Number(number);
    if (name === undefined || !Number.isFinite(value) || value < 0) {
      throw new InvalidArgumentError('It must be none, or some of shift=2,rotate=10,zoom=0.1,flip.');
    }
    return { [name]: value };
  });
  return Object.assign({}, ...parts) as AugmentationOptions;
}

/** Options that decide how training goes: a checkpoint has them all, so they cannot be given with it. */
export function settingOptions(): Option[] {
  const number = (flags: string, description: string, parse: (text: string) => unknown): Option =>
    new Option(flags, description).argParser(parse);
  return [
    number('--epochs <n>', 'times that every image is seen (default: 20)', positiveInteger),
    number('--batch-size <n>', 'images of a step (default: 32)', positiveInteger),
    number('--seed <n>', 'weights, order and changes of images (default: 1)', positiveInteger),
    new Option('--optimizer <name>', 'how weights follow gradients (default: sgd, Nesterov)').choices(
      Object.keys(usualRates),
    ),
    number('--rate <r>', 'learning rate (default: 0.1, rmsprop 0.01, adamw 0.005)', positiveNumber),
    new Option('--schedule <name>', 'how the rate falls (default: cosine)').choices([
      'cosine',
      'step',
      'constant',
    ]),
    number('--warm-up <epochs>', 'time in which the rate grows from 0 (default: 0.5)', notNegative),
    number('--weight-decay <d>', 'not for BatchNorm, biases, depthwise (default: 0.00004)', notNegative),
    number('--smoothing <share>', 'label smoothing (default: 0)', share),
    number('--clip <norm>', 'longest gradient', positiveNumber),
    number('--average <decay>', 'keep an average of the weights, such as 0.999', share),
    number('--patience <epochs>', 'stop when validation is no better for so long', positiveInteger),
    number('--augment <changes>', 'shift=2,rotate=10,zoom=0.1,flip, or none (default: usual)', augmentation),
  ];
}

/** The settings of a training that starts. */
export function settingsOf(flags: TrainFlags, isDigits: boolean): TrainSettings {
  const { optimizer: kind = 'sgd', weightDecay, augment } = flags;
  const decay = weightDecay === undefined ? {} : { weightDecay };
  const optimizer: OptimizerOptions =
    kind === 'sgd' ? { kind, momentum: 0.9, nesterov: true, ...decay } : { kind, ...decay };
  const usual = isDigits ? usualAugmentation.digits : usualAugmentation.photos;
  const optional = {
    labelSmoothing: flags.smoothing,
    clipNorm: flags.clip,
    averageDecay: flags.average,
    patience: flags.patience,
  };
  return {
    epochs: flags.epochs ?? 20,
    batchSize: flags.batchSize ?? 32,
    seed: flags.seed ?? 1,
    optimizer,
    learningRate: {
      base: flags.rate ?? usualRates[kind],
      schedule: flags.schedule ?? 'cosine',
      warmUp: flags.warmUp ?? 0.5,
    },
    ...(augment !== false && { augmentation: augment ?? usual }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
