/** @file The ways to quantize that are compared, each with one step more than the one before. */
import type { QuantizeOptions } from '@sepconv/quantize';
import type { QuantizationSettings } from '@sepconv/train';

/** A way to quantize a network that is trained already. */
export interface Way {
  readonly name: string;
  readonly options: QuantizeOptions;
}

const plain = { method: 'min-max', equalize: false, correctBias: false } as const;

export const ways: readonly Way[] = [
  { name: 'plain, one scale for each tensor', options: { ...plain, weights: 'tensor' } },
  { name: 'plain, one scale for each channel', options: { ...plain, weights: 'channel' } },
  { name: 'by channel, least squared error', options: { ...plain, method: 'mse' } },
  { name: '+ equalization', options: { equalize: true, correctBias: false } },
  { name: '+ bias correction', options: { equalize: true, correctBias: true } },
  {
    name: '+ adaptive rounding',
    options: { equalize: true, correctBias: true, adaptRounding: true },
  },
  {
    name: 'by tensor, equalized and corrected',
    options: { equalize: true, correctBias: true, weights: 'tensor' },
  },
];

/** A way to train a network further for integers. */
export interface TrainedWay {
  readonly name: string;
  readonly quantize: QuantizationSettings;
}

export const trainedWays: readonly TrainedWay[] = [
  { name: 'trained for it, learnt ranges', quantize: { ranges: 'learnt' } },
  { name: 'trained for it, moving averages', quantize: { ranges: 'moving-average' } },
  {
    name: 'trained for it, one scale for each tensor',
    quantize: { ranges: 'learnt', weights: 'tensor' },
  },
];

/** The way that is promised to be as good as real numbers. */
export const promisedWay = '+ bias correction';
/** The way that collapses where ranges are unequal. */
export const collapsingWay = 'plain, one scale for each tensor';
/** The way to train that is promised to be as good as real numbers. */
export const promisedTraining = 'trained for it, learnt ranges';
