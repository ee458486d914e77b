/** @file What the evidence is made with. It was chosen on seed 1, before the others were looked at. */
import type { TrainSettings } from '@sepconv/train';

/** How much is run; `quick` sees that everything works, and its numbers mean nothing. */
export interface Scale {
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly ranks: readonly number[];
  readonly fineTuneEpochs: readonly number[];
  /** Of the images, every so-many-th is used. */
  readonly thinning: number;
}

export const fullScale: Scale = {
  seeds: [1, 2, 3],
  epochs: 20,
  ranks: [1, 2, 3, 4, 6, 9],
  fineTuneEpochs: [1, 3],
  thinning: 1,
};

export const quickScale: Scale = { seeds: [1], epochs: 2, ranks: [1, 9], fineTuneEpochs: [1], thinning: 8 };

const augmentation = { shift: 2, rotate: 10, zoom: 0.1 };

/** Both twins are trained alike. */
export function trainingSettings(seed: number, epochs: number): TrainSettings {
  return {
    seed,
    epochs,
    batchSize: 32,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    learningRate: { base: 0.1, schedule: 'cosine', warmUp: 0.5 },
    augmentation,
  };
}

/** What is done after decomposing: half the rate, few epochs, and the original network as the teacher. */
export function fineTuneSettings(seed: number, epochs: number): TrainSettings {
  return {
    ...trainingSettings(seed, epochs),
    learningRate: { base: 0.05, schedule: 'cosine', warmUp: 0.1 },
    clipNorm: 5,
    distillation: { temperature: 4, weight: 0.7 },
  };
}

/** Training images that calibrate a decomposition. */
export const calibrationImages = 256;
