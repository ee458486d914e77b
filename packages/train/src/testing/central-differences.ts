/**
 * @file For tests only: derivatives by central differences. L is a weighted sum of the outputs with random weights, so
 * that every element matters; along a direction v of one input
 *
 *   (L(x + h·v) − L(x − h·v)) / 2h = Σ ∂L/∂x · v + O(h²)
 *
 * A random direction sees a mistake in any element; directions along single elements tell where it is.
 */
import type { Network } from '@sepconv/graph';
import { createRandom, createTensor, type Random, type Tensor } from '@sepconv/tensor';
import { backward, forward, type RealTensor } from '../gradients.js';
import { randomFloat64 } from './float64.js';

/** Half of the distance between the two points, for numbers of magnitude 1. */
const step = 2 ** -20;

/** How far a derivative may be off, relative to the terms that it sums: h² and the rounding of L over h are far below. */
const tolerance = 1e-6;

const singleElements = 3;

/** A derivative that is not what the difference says. */
export interface Deviation {
  readonly input: string;
  readonly direction: string;
  readonly difference: number;
  readonly derivative: number;
  readonly bound: number;
}

/** What checking a network found. */
export interface DifferenceReport {
  readonly directions: number;
  readonly deviations: readonly Deviation[];
}

type Named = ReadonlyMap<string, Tensor<'float64'>>;

function weightedSum(
  values: ReadonlyMap<string, RealTensor>,
  weights: Named,
): { sum: number; magnitude: number } {
  let sum = 0;
  let magnitude = 0;
  for (const [name, { data }] of weights) {
    const output = values.get(name)!.data;
    data.forEach((weight, i) => {
      if (weight === 0) return;
      sum += weight * output[i]!;
      magnitude += Math.abs(weight * output[i]!);
    });
  }
  return { sum, magnitude };
}

function directionsOf(tensor: Tensor<'float64'>, random: Random): { label: string; v: Tensor<'float64'> }[] {
  const single = (): { label: string; v: Tensor<'float64'> } => {
    const at = random.integer(tensor.data.length);
    const v = createTensor('float64', tensor.shape, new Float64Array(tensor.data.length));
    v.data[at] = 1;
    return { label: `element ${at}`, v };
  };
  return [
    { label: 'random', v: randomFloat64(tensor.shape, random) },
    ...Array.from({ length: singleElements }, single),
  ];
}

function moved(tensor: Tensor<'float64'>, v: Tensor<'float64'>, by: number): Tensor<'float64'> {
  const data = tensor.data.map((x, i) => x + by * v.data[i]!);
  return createTensor('float64', tensor.shape, data);
}

/** Compares the gradients of a float64 network with central differences, input by input and parameter by parameter. */
export function checkGradients(network: Network, inputs: Named, seed: number): DifferenceReport {
  const random = createRandom(seed);
  const run = forward(network, inputs);
  const weights = new Map(
    network.graph.outputs.map((name) => [name, randomFloat64(run.values.get(name)!.shape, random)]),
  );
  // A window that lies wholly in the padding gives a constant that is no number.
  for (const [name, { data }] of weights) {
    run.values.get(name)!.data.forEach((x, i) => {
      if (!Number.isFinite(x)) data[i] = 0;
    });
  }
  const gradients = backward(run, weights);
  const lossAt = (name: string, tensor: Tensor<'float64'>) => {
    const isInput = inputs.has(name);
    const { values } = isInput
      ? forward(network, new Map([...inputs, [name, tensor]]))
      : forward({ ...network, weights: new Map([...network.weights, [name, tensor]]) }, inputs);
    return weightedSum(values, weights);
  };
  const variables = [
    ...inputs,
    ...network.graph.parameters.map(
      ({ name }) => [name, network.weights.get(name) as Tensor<'float64'>] as const,
    ),
  ];
  const deviations: Deviation[] = [];
  let directions = 0;
  for (const [name, tensor] of variables) {
    const gradient = gradients.get(name)!.data;
    for (const { label, v } of directionsOf(tensor, random)) {
      directions++;
      const above = lossAt(name, moved(tensor, v, step));
      const below = lossAt(name, moved(tensor, v, -step));
      const difference = (above.sum - below.sum) / (2 * step);
      let derivative = 0;
      let magnitude = 0;
      v.data.forEach((component, i) => {
        derivative += component * gradient[i]!;
        magnitude += Math.abs(component * gradient[i]!);
      });
      // The last term is the rounding of L itself, over h.
      const bound = tolerance * (magnitude + 1) + (2 ** -48 * above.magnitude) / step;
      if (!(Math.abs(difference - derivative) <= bound))
        deviations.push({ input: name, direction: label, difference, derivative, bound });
    }
  }
  return { directions, deviations };
}
