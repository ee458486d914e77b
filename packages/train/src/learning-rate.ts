import { TrainError } from './errors.js';
import { notNegative, object, oneOf, positive } from './fields.js';

/** How the rate changes while training goes on, as plain data. Times are in epochs, and may be fractions. */
export interface LearningRateOptions {
  /** The rate after warming up. */
  readonly base: number;
  /**
   * - `'constant'`: stays.
   * - `'cosine'` (default): falls from `base` to `floor` along half a cosine over all epochs. Source: Loshchilov and Hutter
   *   2017, arXiv:1608.03983.
   * - `'step'`: is multiplied by `factor` after every `every` epochs.
   */
  readonly schedule?: 'constant' | 'cosine' | 'step';
  /** Epochs in which the rate grows evenly from 0. Default 0. */
  readonly warmUp?: number;
  /** Where a cosine ends. Default 0. */
  readonly floor?: number;
  /** Default 2. */
  readonly every?: number;
  /** Default 0.94: with `every` 2 it is what Inception and the first MobileNets used. */
  readonly factor?: number;
}

/** Checks {@link LearningRateOptions}, naming the field and what it may be. */
export const checkLearningRate = object(
  { base: positive },
  {
    schedule: oneOf('constant', 'cosine', 'step'),
    warmUp: notNegative,
    floor: notNegative,
    every: positive,
    factor: positive,
  },
);

/**
 * The rate at a time.
 *
 * @param epoch epochs that have passed, the present one's share included.
 * @param epochs of the whole training.
 */
export function learningRateAt(options: LearningRateOptions, epoch: number, epochs: number): number {
  for (const [name, value] of Object.entries({
    ...options,
    base: options?.base ?? 'missing',
    epoch,
    epochs,
  })) {
    if (name !== 'schedule' && value !== undefined && typeof value !== 'number') {
      throw new TrainError(`${name} must be a number, but is ${String(value)}`);
    }
  }
  const { base, schedule = 'cosine', warmUp = 0, floor = 0, every = 2, factor = 0.94 } = options;
  if (epoch < warmUp) return (base * epoch) / warmUp;
  switch (schedule) {
    case 'constant':
      return base;
    case 'step':
      return base * factor ** Math.floor(epoch / every);
    case 'cosine': {
      const share = Math.min(1, (epoch - warmUp) / Math.max(epochs - warmUp, Number.MIN_VALUE));
      return floor + ((base - floor) * (1 + Math.cos(Math.PI * share))) / 2;
    }
  }
}
