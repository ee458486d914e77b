/** @file Biases that make good what rounding does to a layer on average. */
import type { Network, StoredAs } from '@sepconv/graph';
import { elementCount, storedRange } from '@sepconv/tensor';
import {
  dequantizeWeight,
  type PlannedLayer,
  type QuantizedWeight,
  type WeightedNode,
} from '@sepconv/train/quantization';
import type { LayerWeights } from './layer-weights.js';
import { clippedMeans, type NormStatistics } from './norm-statistics.js';
import { lookAt, type Place } from './run.js';
import type { NamedInputs } from './samples.js';
import { meanOutputs, windowMeans } from './window-means.js';

/** What a layer's window sees on average, `[taps, C_in]`: as real numbers, and as they are stored. */
export interface InputMeans {
  readonly real: Float64Array;
  readonly stored: Float64Array;
}

/** The kernel of a layer's window, 1×1 where it has none. */
function kernelOf({ op }: WeightedNode, shape: readonly number[]): readonly [number, number] {
  return op === 'dense' || op === 'matmul' ? [1, 1] : [shape[0] as number, shape[1] as number];
}

/** What is added up of a layer's input. */
interface InputSums extends InputMeans {
  readonly shape: readonly number[];
  count: number;
}

/** Of an image with many positions every so-many-th sample is enough: its means are those of all positions. */
function sampleStep(shape: readonly number[]): number {
  const positions = elementCount(shape) / (shape.at(-1) as number);
  return positions > 8192 ? 4 : positions > 2048 ? 2 : 1;
}

/** Adding and taking away again rounds a number of less than 2⁵¹ to an integer, halves to the even one. */
const rounder = 1.5 * 2 ** 52;

/** Adds numbers to sums, as they are and as they are stored. */
function addRounded(
  { real, stored }: InputMeans,
  data: Float32Array,
  { dtype, scale, zeroPoint }: StoredAs,
): void {
  const limits = storedRange(dtype);
  const [low, high] = [limits.min - zeroPoint, limits.max - zeroPoint];
  const inverse = 1 / scale;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    real[i] = (real[i] as number) + value;
    let steps = value * inverse;
    // `Math.min` is slow where many numbers are the bound.
    if (steps < low) steps = low;
    else if (steps > high) steps = high;
    stored[i] = (stored[i] as number) + scale * (steps + rounder - rounder);
  }
}

/**
 * What the windows of layers see on average over samples.
 *
 * @param shapes of the layers' weights, by their outputs.
 * @returns by the layers' outputs.
 */
export async function inputMeans(
  network: Network,
  layers: readonly (PlannedLayer & { readonly node: WeightedNode })[],
  shapes: ReadonlyMap<string, readonly number[]>,
  samples: readonly NamedInputs[],
  storage: ReadonlyMap<string, StoredAs>,
  place: Place,
): Promise<ReadonlyMap<string, InputMeans>> {
  const inputs = new Set(layers.map(({ node }) => node.inputs[0] as string));
  const sums = new Map<string, InputSums>();
  await lookAt(
    network,
    samples,
    [...inputs],
    (name, { data, shape }, sample) => {
      if (sample % sampleStep(shape) !== 0) return;
      const sum = sums.get(name) ?? {
        real: new Float64Array(data.length),
        stored: new Float64Array(data.length),
        shape: [...shape],
        count: 0,
      };
      sums.set(name, sum);
      sum.count++;
      addRounded(sum, data as Float32Array, storage.get(name) as StoredAs);
    },
    place,
  );
  return new Map(
    layers.map(({ node, output }) => {
      const { real, stored, shape, count } = sums.get(node.inputs[0] as string) as InputSums;
      const kernel = kernelOf(node, shapes.get(output) as readonly number[]);
      const meansOf = (sum: Float64Array): Float64Array =>
        windowMeans(node, sum, shape, kernel).map((value) => value / count);
      return [output, { real: meansOf(real), stored: meansOf(stored) }];
    }),
  );
}

/**
 * What the windows of layers see on average by BatchNorm's statistics of the layers before them, the padding aside; layers whose input
 * nothing is known of are left out.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.2.1.
 */
export function normalInputMeans(
  layers: readonly (PlannedLayer & { readonly node: WeightedNode })[],
  all: readonly PlannedLayer[],
  shapes: ReadonlyMap<string, readonly number[]>,
  statistics: ReadonlyMap<string, NormStatistics>,
): ReadonlyMap<string, InputMeans> {
  const means = new Map<string, Float64Array>();
  for (const { node, output, clamp = { min: -Infinity, max: Infinity } } of all) {
    const own = statistics.get(node.outputs[0] as string);
    if (own !== undefined) means.set(output, clippedMeans(own, clamp));
  }
  return new Map(
    layers.flatMap(({ node, output }): [string, InputMeans][] => {
      const own = means.get(node.inputs[0] as string);
      if (own === undefined) return [];
      const taps = elementCount([...kernelOf(node, shapes.get(output) as readonly number[])]);
      const real = Float64Array.from({ length: taps * own.length }, (_, i) => own[i % own.length] as number);
      return [[output, { real, stored: real }]];
    }),
  );
}

/**
 * How far rounding moves each output channel of a layer on average: `E[Ŵ · x̂] − E[W · x]`, with the rounded weight and input. A
 * convolution is linear, so its mean is that of the mean input.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.2.
 */
export function outputShift(
  node: WeightedNode,
  { weight, channels, shape }: LayerWeights,
  quantized: QuantizedWeight,
  { real, stored }: InputMeans,
): Float64Array {
  const taps = elementCount([...kernelOf(node, shape)]);
  const before = meanOutputs(node, weight, channels, real, taps);
  const after = meanOutputs(node, dequantizeWeight(quantized, channels), channels, stored, taps);
  return after.map((value, c) => value - (before[c] as number));
}

/** A bias without the shift that rounding brings; of a layer that had none, a new one. */
export function correctedBias(bias: Float32Array | undefined, shift: Float64Array): Float32Array {
  return Float32Array.from(shift, (moved, c) => (bias?.[c] ?? 0) - moved);
}
