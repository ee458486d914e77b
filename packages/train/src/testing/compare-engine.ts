/** @file For tests only: one training step of an engine beside the definitions in float64. */
import type { Network } from '@sepconv/graph';
import type { EngineName } from '@sepconv/kernels';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { backward, forward } from '../gradients.js';
import { batchStatistics } from '../ops/batch-norm.js';
import { compileTraining } from '../training-session.js';
import { inFloat32, inFloat64, mapTensors, type Named, withDType } from './one-op.js';

/** How far a result may be off, element by element. */
export type Bounds = (name: string, index: number) => number;

/** Results and gradients of the definitions by name. */
interface Results {
  readonly outputs: Named;
  readonly gradients: Named;
}

function define(network: Network, inputs: Named, seeds: Named): Results {
  const run = forward(network, inputs);
  const outputs = new Map(network.graph.outputs.map((name) => [name, run.values.get(name)!]));
  return { outputs, gradients: backward(run, seeds) };
}

/** The definitions on changed numbers: absolute values give the magnitudes of all terms, ones their number. */
function defineChanged(
  network: Network,
  inputs: Named,
  seeds: Named,
  change: (x: number) => number,
): Results {
  const changed = (map: Named) => mapTensors(map, inFloat64(change));
  const graph = withDType(network, 'float64');
  return define({ graph, weights: changed(network.weights) }, changed(inputs), changed(seeds));
}

const lookUp =
  ({ outputs, gradients }: Results) =>
  (name: string, index: number): number =>
    (outputs.get(name) ?? gradients.get(name))!.data[index]!;

/**
 * Bounds of an op whose results are sums of products of its inputs: with k terms of magnitude m in all, the sums are off by
 * at most (k + 4) · 2⁻²⁴ · m, the rounding of the numbers themselves included.
 */
export function sumBounds(network: Network, inputs: Named, seeds: Named): Bounds {
  const magnitude = lookUp(defineChanged(network, inputs, seeds, Math.abs));
  const terms = lookUp(defineChanged(network, inputs, seeds, () => 1));
  return (name, index) => (terms(name, index) + 4) * 2 ** -24 * Math.abs(magnitude(name, index)) + 2 ** -140;
}

/**
 * Bounds of a quotient: the rounding of what is divided by, of the quotient and of its sum with others, each 2⁻²⁴ of the result,
 * which is large where the divisor is small.
 */
export function quotientBounds(network: Network, inputs: Named, seeds: Named): Bounds {
  const value = lookUp(defineChanged(network, inputs, seeds, (x) => x));
  return (name, index) => 4 * 2 ** -24 * Math.abs(value(name, index));
}

/**
 * Bounds of a batch normalization of `x` in training: everything is multiplied by 1 / √(σ² + ε), which is large where a
 * channel hardly varies, before it is added up.
 */
export function normalizationBounds(x: Tensor, epsilon: number): Bounds {
  const channels = x.shape.at(-1)!;
  const { variance } = batchStatistics(Float64Array.from(x.data), channels);
  const factor = Math.max(1, ...variance.map((v) => 1 / Math.sqrt(v + epsilon)));
  return () => 2 ** -17 * factor ** 2;
}

/** A network, numbers for it, and what the outputs' gradients are. */
export interface Experiment {
  readonly network: Network;
  readonly inputs: Named;
  readonly seeds: Named<Tensor<'float32'>>;
}

/** Rounds drawn numbers to float32 and draws gradients for the outputs, 0 where an output is no number. */
export function experiment(drawn: { readonly network: Network; readonly inputs: Named }): Experiment {
  const weights = mapTensors(drawn.network.weights, inFloat32);
  const network = { graph: withDType(drawn.network, 'float32'), weights };
  const inputs = mapTensors(drawn.inputs, inFloat32);
  const random = createRandom(1);
  const { values } = forward(network, inputs);
  const seeds = network.graph.outputs.map((name) => {
    const { shape, data } = values.get(name)!;
    const seed = randomTensor(shape, random);
    data.forEach((x: number, i: number) => {
      if (!Number.isFinite(x)) seed.data[i] = 0;
    });
    return [name, seed] as const;
  });
  return { network, inputs, seeds: new Map(seeds) };
}

/**
 * Compares two steps of an engine with the definitions; the second must not see anything of the first.
 *
 * @returns how many numbers were compared.
 */
export async function compareEngine(
  { network, inputs, seeds }: Experiment,
  engine: EngineName,
  bounds: Bounds,
  label: string,
): Promise<number> {
  const expected = defineChanged(network, inputs, seeds, (x) => x);
  const session = await compileTraining(network, { engine });
  let compared = 0;
  const compare = (name: string, actual: Tensor, wanted: Tensor): void => {
    wanted.data.forEach((value: number, i: number) => {
      if (!Number.isFinite(value)) return;
      compared++;
      const difference = Math.abs(actual.data[i]! - value);
      if (difference <= bounds(name, i)) return;
      throw new Error(
        `${label}\n${name}[${i}] is ${actual.data[i]} instead of ${value}, off by ${difference} where ${bounds(name, i)} is allowed`,
      );
    });
  };
  for (let round = 0; round < 2; round++) {
    for (const [name, { data }] of inputs) session.inputs.get(name)!.data.set(data as Float32Array);
    session.forward();
    for (const [name, output] of session.outputs) {
      compare(name, output, expected.outputs.get(name)!);
      session.outputGradients.get(name)!.data.set(seeds.get(name)!.data);
    }
    session.backward();
    for (const [name, gradient] of session.gradients) compare(name, gradient, expected.gradients.get(name)!);
  }
  return compared;
}
