/** @file How many channels are left when a width multiplier makes a network thinner or wider. */

/** `⌊channels · width⌋`, at least 1: MobileNetV1's rule, as in Keras. */
export function scaleChannels(channels: number, width: number): number {
  return Math.max(1, Math.floor(channels * width));
}

/**
 * The multiple of `divisor` that is nearest to `value` (halves go up), but never below 90% of it, and at least
 * `divisor`: the rule of MobileNetV2 and everything after it.
 *
 * Source: `_make_divisible` of tensorflow/models, research/slim/nets/mobilenet, which Keras and torchvision copy.
 */
export function makeDivisible(value: number, divisor = 8): number {
  const nearest = Math.max(divisor, Math.floor((value + divisor / 2) / divisor) * divisor);
  return nearest < 0.9 * value ? nearest + divisor : nearest;
}
