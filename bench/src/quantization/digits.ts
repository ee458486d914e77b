/** @file Digit networks of one seed: trained, varied, and quantized in every way. */
import type { Network } from '@sepconv/graph';
import { equalizeNetwork, pushScales, quantizeNetwork } from '@sepconv/quantize';
import {
  continueTraining,
  digitNetwork,
  evaluate,
  learntRanges,
  startTraining,
  type TrainResult,
  type TrainSettings,
} from '@sepconv/train';
import { type Digits, inputsOf, loadDigits } from '../evidence/data.ts';
import { trainingSettings } from '../evidence/settings.ts';
import { type TrainedWay, trainedWays, ways } from './ways.ts';

/** How much is run; `quick` sees that everything works, and its numbers mean nothing. */
export interface Scale {
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly calibrationImages: number;
  /** Epochs of further training for integers. */
  readonly fineTuneEpochs: number;
  /** Of the images, every so-many-th is used. */
  readonly thinning: number;
  /** Images on which the other networks are compared. */
  readonly heldBack: number;
}

export const fullScale: Scale = {
  seeds: [1, 2, 3],
  epochs: 20,
  fineTuneEpochs: 3,
  calibrationImages: 100,
  thinning: 1,
  heldBack: 200,
};
export const quickScale: Scale = {
  seeds: [1],
  epochs: 1,
  fineTuneEpochs: 1,
  calibrationImages: 8,
  thinning: 16,
  heldBack: 8,
};

/** Scales are pushed by up to 2⁶ in each direction. */
export const pushedBits = 6;

export const variants = ['ReLU6', 'ReLU', 'ReLU, scales pushed'] as const;
export type Variant = (typeof variants)[number];

/** A network's test accuracy: as real numbers, and by the names of the ways. */
export interface VariantResult {
  readonly variant: Variant;
  readonly seed: number;
  readonly float: number;
  readonly quantized: Readonly<Record<string, number>>;
  /** After some more epochs for integers. Pushed scales are evened out first. */
  readonly trained: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const engine = { allowProcessFlags: true } as const;

const train = (
  network: { readonly graph: Network['graph']; readonly weights?: Network['weights'] },
  { training }: Digits,
  settings: TrainSettings,
): Promise<TrainResult> =>
  continueTraining(startTraining(network, { training }, settings), { training }, engine);

/** Settings of the training for integers: a tenth of the first rate. */
const tuning = (seed: number, epochs: number, quantize: TrainedWay['quantize']): TrainSettings => ({
  ...trainingSettings(seed, epochs),
  learningRate: { base: 0.01, schedule: 'cosine', warmUp: 0.1 },
  quantize,
});

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

async function inEveryWay(
  variant: Variant,
  network: Network,
  digits: Digits,
  seed: number,
  { calibrationImages, fineTuneEpochs }: Scale,
  say: (what: string) => void,
): Promise<VariantResult> {
  const start = performance.now();
  const samples = inputsOf(digits.training, calibrationImages);
  const accuracyOf = async (candidate: Network): Promise<number> =>
    (await evaluate(candidate, digits.test, engine)).accuracy;
  const float = await accuracyOf(network);
  say(`${variant}: ${percent(float)} in real numbers`);
  const quantized: Record<string, number> = {};
  for (const { name, options } of ways) {
    const { network: integer } = await quantizeNetwork(network, { ...engine, ...options, samples });
    quantized[name] = await accuracyOf(integer);
    say(`${variant}: ${percent(quantized[name])} ${name}`);
  }
  const trained: Record<string, number> = {};
  const begin = variant === 'ReLU, scales pushed' ? await equalizeNetwork(network, samples, engine) : network;
  for (const { name, quantize } of trainedWays) {
    const { network: tuned, checkpoint } = await train(begin, digits, tuning(seed, fineTuneEpochs, quantize));
    const { network: integer } = await quantizeNetwork(tuned, {
      ...engine,
      ranges: learntRanges(checkpoint),
      weights: quantize.weights ?? 'channel',
      samples: samples.slice(0, 4),
    });
    trained[name] = await accuracyOf(integer);
    say(`${variant}: ${percent(trained[name])} ${name}`);
  }
  return { variant, seed, float, quantized, trained, seconds: (performance.now() - start) / 1000 };
}

/** One network of one seed, and what becomes of it. */
export async function digitVariants(
  activation: 'relu' | 'relu6',
  seed: number,
  scale: Scale,
  say: (what: string) => void,
): Promise<readonly VariantResult[]> {
  const digits = loadDigits(scale.thinning);
  const { network } = await train(
    { graph: digitNetwork({ activation }) },
    digits,
    trainingSettings(seed, scale.epochs),
  );
  if (activation === 'relu6') return [await inEveryWay('ReLU6', network, digits, seed, scale, say)];
  const pushed = pushScales(network, pushedBits, seed);
  return [
    await inEveryWay('ReLU', network, digits, seed, scale, say),
    await inEveryWay('ReLU, scales pushed', pushed, digits, seed, scale, say),
  ];
}
