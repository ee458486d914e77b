/** @file Settings that are a good first try: the command takes them, and the site. */
import type { OptimizerOptions } from '@sepconv/train';

/** Learning rates by optimizer; Adam's are smaller, because its steps do not shrink with the gradient. */
export const usualRates: Readonly<Record<OptimizerOptions['kind'], number>> = {
  sgd: 0.1,
  rmsprop: 0.01,
  adamw: 0.005,
};

/** A batch of 32, or an eighth of the images where there are few, so that there are steps to learn in. */
export const usualBatch = (images: number): number =>
  Math.min(32, images, Math.max(4, 2 ** Math.floor(Math.log2(Math.max(1, images / 8)))));

/** A new head on features that do not change is one layer: Adam finds it quickest, and an epoch takes milliseconds. */
export const usualHead = { optimizer: 'adamw', epochs: 100 } as const;
