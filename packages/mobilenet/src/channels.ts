import { NetworkError } from './errors.js';

/** @throws {NetworkError} when one is no number. */
function expectNumbers(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number')
      throw new NetworkError(`${name} must be a number, but is ${String(value)}`);
  }
}

/** @file How many channels are left when a width multiplier makes a network thinner or wider. */

/** `⌊channels · width⌋`, at least 1: MobileNetV1's rule, as in Keras. */
export function scaleChannels(channels: number, width: number): number {
  expectNumbers({ channels, width });
  return Math.max(1, Math.floor(channels * width));
}

/**
 * The multiple of `divisor` that is nearest to `value` (halves go up), but never below 90% of it, and at least
 * `divisor`: the rule of MobileNetV2 and everything after it.
 *
 * Source: `_make_divisible` of tensorflow/models, research/slim/nets/mobilenet, which Keras and torchvision copy.
 */
export function makeDivisible(value: number, divisor = 8): number {
  expectNumbers({ value, divisor });
  const nearest = Math.max(divisor, Math.floor((value + divisor / 2) / divisor) * divisor);
  return nearest < 0.9 * value ? nearest + divisor : nearest;
}
