/** @file Weights as int8: symmetric, with a scale for each output channel or one for all. */

/** A scale for each output channel, or one for the whole weight. */
export type Granularity = 'channel' | 'tensor';

/** A layer's weight in integers: symmetric, from −127 to 127. */
export interface QuantizedWeight {
  readonly data: Int8Array;
  /** One, or one for each output channel. */
  readonly scale: readonly number[];
}

/** Weights are rounded to at most this on both sides, so that −128 has no part: its product with −128 would leave 16 bits. */
export const largestWeight = 127;

/** A channel's scale is at least this part of the largest one: below it the channel has no say in the result. */
const smallestPart = 2 ** -24;

/** Biases take at most half of int32, so that the sum of products has the other half. */
const largestBias = 2 ** 30;

/**
 * The scales of a weight whose output channels are its last index: `max |w| / 127`, or more where the bias would not fit into int32.
 *
 * @param granularity one for each channel, or the largest of them for all.
 */
export function weightScales(
  weight: Float32Array,
  channels: number,
  granularity: Granularity,
  { bias, inputScale }: { readonly bias?: Float32Array | undefined; readonly inputScale: number },
): readonly number[] {
  const largest = new Float64Array(channels);
  for (let row = 0; row < weight.length; row += channels) {
    for (let c = 0; c < channels; c++)
      largest[c] = Math.max(largest[c] as number, Math.abs(weight[row + c] as number));
  }
  const wanted = Array.from(largest, (most, c) =>
    Math.max(most / largestWeight, Math.abs(bias?.[c] ?? 0) / (inputScale * largestBias)),
  );
  const most = wanted.reduce((a, b) => Math.max(a, b), 0);
  // A layer of zeros gives zeros with any scale.
  if (most === 0) return granularity === 'tensor' ? [1] : wanted.map(() => 1);
  if (granularity === 'tensor') return [Math.fround(most)];
  return wanted.map((scale) => Math.fround(Math.max(scale, most * smallestPart)));
}

/** The scale of each channel. */
const stepsOf = (scale: readonly number[], channels: number): Float64Array =>
  scale.length > 1 ? Float64Array.from(scale) : new Float64Array(channels).fill(scale[0] as number);

/** Weights rounded to the nearest integer. */
export function quantizeWeight(
  weight: Float32Array,
  channels: number,
  scale: readonly number[],
): QuantizedWeight {
  const data = new Int8Array(weight.length);
  const steps = stepsOf(scale, channels);
  for (let row = 0; row < weight.length; row += channels) {
    for (let c = 0; c < channels; c++) {
      const value = weight[row + c] as number;
      const size = Math.min(largestWeight, Math.floor(Math.abs(value) / (steps[c] as number) + 0.5));
      data[row + c] = value < 0 ? -size : size;
    }
  }
  return { data, scale };
}

/** The real numbers that a weight's integers stand for. */
export function dequantizeWeight({ data, scale }: QuantizedWeight, channels: number): Float32Array {
  const values = new Float32Array(data.length);
  const steps = stepsOf(scale, channels);
  for (let row = 0; row < data.length; row += channels) {
    for (let c = 0; c < channels; c++) values[row + c] = (data[row + c] as number) * (steps[c] as number);
  }
  return values;
}
