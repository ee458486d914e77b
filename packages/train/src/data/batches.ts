import type { Normalization, Random } from '@sepconv/tensor';
import { type AugmentationOptions, createAugment } from './augmentation.js';
import type { Dataset } from './dataset.js';

/** Puts images into the network's input, one after the other. */
export interface BatchFiller {
  /** @returns the labels of the images. */
  fill(positions: ArrayLike<number>, target: Float32Array, random: Random): Int32Array;
}

const perChannel = (value: number | readonly number[], channels: number): readonly number[] =>
  typeof value === 'number' ? new Array<number>(channels).fill(value) : value;

function normalize(target: Float32Array, channels: number, { mean, standardDeviation }: Normalization): void {
  const [means, deviations] = [perChannel(mean, channels), perChannel(standardDeviation, channels)];
  for (let i = 0; i < target.length; i++) {
    const c = i % channels;
    target[i] = (target[i]! - means[c]!) / deviations[c]!;
  }
}

/** A filler of batches; what lies behind the last image of a batch that is not full becomes 0. */
export function createBatchFiller(dataset: Dataset, augmentation: AugmentationOptions = {}): BatchFiller {
  const { shape, pixels, labels, normalization } = dataset;
  const size = shape[0] * shape[1] * shape[2];
  const augment = createAugment(augmentation, shape);
  return {
    fill: (positions, target, random) => {
      const used = target.subarray(0, positions.length * size);
      for (let i = 0; i < positions.length; i++)
        augment(pixels, positions[i]! * size, used, i * size, random);
      normalize(used, shape[2], normalization);
      target.fill(0, used.length);
      return Int32Array.from({ length: positions.length }, (_, i) => labels[positions[i]!]!);
    },
  };
}
