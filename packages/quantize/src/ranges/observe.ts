/** @file What values a network computes: their extremes, and how they are distributed in between. */
import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import type { Interval } from '@sepconv/train/quantization';
import { QuantizeError } from '../errors.js';
import { lookAt, type Place } from '../run.js';
import type { NamedInputs } from '../samples.js';
import type { Histogram } from './histogram.js';
import { binCount } from './histogram.js';

/** What is observed of one value, or of several that are stored alike. */
export interface Observation extends Interval {
  /** How the numbers are distributed, where that was asked for. */
  readonly histogram?: Histogram;
}

/** The bits of a float32 as an integer that is in the order of the floats, NaN beyond the infinities; and back, being its own inverse. */
const ordered = (bits: number): number => bits ^ ((bits >> 31) & 0x7fffffff);

const floatOf = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0] as number;

/**
 * The extremes of what a network computed. Integers are compared: `Math.min` has to look at the signs of zeros, of which values
 * behind a ReLU are full, and takes four times as long.
 *
 * @throws {QuantizeError} naming the value, the sample and the number.
 */
function extremesOf(name: string, { data }: Tensor, sample: number): Interval {
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  let [least, most] = [0x7fffffff, -0x80000000];
  for (let i = 0; i < bits.length; i++) {
    const value = ordered(bits[i] as number);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const [min, max] = [floatOf(ordered(least)), floatOf(ordered(most))];
  if (Number.isFinite(min) && Number.isFinite(max)) return { min, max };
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new QuantizeError(
    `"${name}" is ${data[at]} at element ${at} for sample ${sample}, so it has no range: the network does not compute with such inputs, or is damaged`,
  );
}

/** Samples and numbers of each that distributions are counted of, spread over all: more do not change their shape. */
const [mostSamples, mostNumbers] = [32, 2 ** 15];

/** At most so many of them, evenly spread. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as Item);
}

/** A step through an array that shows every channel, being odd and no divisor of its length but for 1 where it can. */
function strideOf(length: number): number {
  const wanted = Math.ceil(length / mostNumbers);
  const coprime = (step: number): boolean => {
    let [a, b] = [length, step];
    while (b > 0) [a, b] = [b, a % b];
    return a === 1;
  };
  let step = wanted;
  while (step > 1 && !coprime(step)) step++;
  return step;
}

/**
 * Counts every so-many-th number into its bin.
 *
 * @returns how many zeros there were, which are in no bin.
 */
function countInto(bins: Float64Array, data: Float32Array, stride: number, { min, max }: Interval): number {
  const perBin = max > min ? binCount / (max - min) : 0;
  let zeros = 0;
  for (let i = 0; i < data.length; i += stride) {
    const value = data[i] as number;
    if (value === 0) zeros++;
    else {
      const bin = Math.min(binCount - 1, Math.floor((value - min) * perBin));
      bins[bin] = (bins[bin] as number) + 1;
    }
  }
  return zeros;
}

/** What is observed. */
export interface ObserveOptions extends Place {
  /** The values, each with the name under which it is counted: values that are stored alike share one. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether distributions are counted, in a second run of all samples. */
  readonly histograms: boolean;
  /** Called before each run with its number and how many there are. */
  readonly onRun?: (run: number, runs: number) => void;
}

/**
 * Observes values over samples.
 *
 * @returns by the names under which they are counted.
 * @throws {QuantizeError} when a value is no finite number.
 */
export async function observe(
  network: Network,
  samples: readonly NamedInputs[],
  { values, histograms, onRun = () => {}, ...place }: ObserveOptions,
): Promise<ReadonlyMap<string, Observation>> {
  const names = [...values.keys()];
  const counted = histograms ? spread(samples, mostSamples) : [];
  const runs = samples.length + counted.length;
  const extremes = new Map<string, Interval>();
  await lookAt(
    network,
    samples,
    names,
    (name, tensor, sample) => {
      const { min, max } = extremesOf(name, tensor, sample);
      const key = values.get(name) as string;
      const before = extremes.get(key) ?? { min, max };
      extremes.set(key, { min: Math.min(before.min, min), max: Math.max(before.max, max) });
    },
    place,
    (sample) => onRun(sample, runs),
  );
  if (!histograms) return extremes;
  const counts = new Map<string, { bins: Float64Array; zeros: number; total: number }>();
  await lookAt(
    network,
    counted,
    names,
    (name, { data }) => {
      const key = values.get(name) as string;
      const { min, max } = extremes.get(key) as Interval;
      const count = counts.get(key) ?? { bins: new Float64Array(binCount), zeros: 0, total: 0 };
      counts.set(key, count);
      const stride = strideOf(data.length);
      count.zeros += countInto(count.bins, data as Float32Array, stride, { min, max });
      count.total += Math.ceil(data.length / stride);
    },
    place,
    (sample) => onRun(samples.length + sample, runs),
  );
  return new Map(
    [...extremes].map(([key, interval]) => [
      key,
      { ...interval, histogram: { ...interval, ...(counts.get(key) as Omit<Histogram, 'min' | 'max'>) } },
    ]),
  );
}
