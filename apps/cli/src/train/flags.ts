/** @file The command line of `sepconv train` as settings. */
import type { AugmentationOptions, OptimizerOptions, TrainSettings } from '@sepconv/train';
import type { ResizeName } from '@sepconv/vision';
import { InvalidArgumentError, Option } from 'commander';
import {
  type EngineChoice,
  positiveInteger,
  positiveNumber,
  type ThreadsChoice,
} from '../commands/arguments.js';
import { usualBatch, usualHead, usualRates } from './usual-settings.js';

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
  readonly quantize?: true | 'learnt' | 'moving-average';
  readonly augment?: AugmentationOptions | false;
  readonly teacher?: string;
  readonly unfreeze?: number | 'all';
  readonly validation: number;
  readonly mean?: number | readonly number[];
  readonly std?: number | readonly number[];
  readonly crop: boolean;
  readonly resize?: ResizeName;
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly json?: true;
  readonly [name: string]: unknown;
}

/**
 * What is trained: a network of its own on digits or photos, a file's network further, a new head on features that do not change, or some
 * blocks of a network under it.
 */
export type TrainKind = 'digits' | 'photos' | 'further' | 'head' | 'fine';

/** What a network has learnt is lost at the rate of one that begins: 0.1 took a trained network from 100 % to 33 %. */
const gentler: Readonly<Record<TrainKind, number>> = {
  digits: 1,
  photos: 1,
  further: 0.1,
  head: 1,
  fine: 0.05,
};

/** What usually helps: digits have no mirror images, photos do. */
const usualAugmentation = {
  digits: { shift: 2, rotate: 10, zoom: 0.1 },
  photos: { shift: 4, rotate: 5, zoom: 0.1, flip: true },
  further: { shift: 4, rotate: 5, zoom: 0.1, flip: true },
  fine: { shift: 4, rotate: 5, zoom: 0.1, flip: true },
  head: false,
} as const satisfies Record<TrainKind, AugmentationOptions | false>;

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

/** `3`, `last-3-blocks` or `all`. */
export function unfrozen(text: string): number | 'all' {
  if (text === 'all') return 'all';
  const [, count] = /^(?:last-)?(\d{1,4})(?:-blocks?)?$/.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError('It must be a number of blocks, such as 3, or all.');
  return Number(count);
}

/** Options that decide how training goes: a checkpoint has them all, so they cannot be given with it. */
export function settingOptions(): Option[] {
  const number = (flags: string, description: string, parse: (text: string) => unknown): Option =>
    new Option(flags, description).argParser(parse);
  return [
    number(
      '--epochs <n>',
      'times that every image is seen (default: 20, of a head alone 100)',
      positiveInteger,
    ),
    number('--batch-size <n>', 'images of a step (default: 32, of few images an eighth)', positiveInteger),
    number('--seed <n>', 'weights, order and changes of images (default: 1)', positiveInteger),
    new Option(
      '--optimizer <name>',
      'how weights follow gradients (default: sgd, Nesterov; of a head alone adamw)',
    ).choices(Object.keys(usualRates)),
    number(
      '--rate <r>',
      'learning rate (default: 0.1, rmsprop 0.01, adamw 0.005; further 10, unfrozen 20 times less)',
      positiveNumber,
    ),
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
    new Option('--quantize [ranges]', 'train for int8: steps see weights and activations rounded').choices([
      'learnt',
      'moving-average',
    ]),
    number('--augment <changes>', 'shift=2,rotate=10,zoom=0.1,flip, or none (default: usual)', augmentation),
  ];
}

/** The settings of a training that starts, on so many images. */
export function settingsOf(flags: TrainFlags, kind: TrainKind, images: number): TrainSettings {
  const { optimizer: name = kind === 'head' ? usualHead.optimizer : 'sgd', weightDecay } = flags;
  const decay = weightDecay === undefined ? {} : { weightDecay };
  const optimizer: OptimizerOptions =
    name === 'sgd' ? { kind: name, momentum: 0.9, nesterov: true, ...decay } : { kind: name, ...decay };
  const augmentation = flags.augment ?? usualAugmentation[kind];
  const optional = {
    labelSmoothing: flags.smoothing,
    clipNorm: flags.clip,
    averageDecay: flags.average,
    patience: flags.patience,
    quantize: typeof flags.quantize === 'string' ? { ranges: flags.quantize } : flags.quantize,
  };
  return {
    epochs: flags.epochs ?? (kind === 'head' ? usualHead.epochs : 20),
    batchSize: flags.batchSize ?? usualBatch(images),
    seed: flags.seed ?? 1,
    optimizer,
    learningRate: {
      base: flags.rate ?? usualRates[name] * gentler[kind],
      schedule: flags.schedule ?? 'cosine',
      warmUp: flags.warmUp ?? 0.5,
    },
    ...(augmentation !== false && { augmentation }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
