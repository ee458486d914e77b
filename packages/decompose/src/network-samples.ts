/** @file Runs of a network, and what its layers see and give in them. */
import { eliminateDeadNodes, type Network, type NodeOf } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, formatShape, randomTensor, sameShape, type Tensor } from '@sepconv/tensor';
import { DecomposeError } from './errors.js';
import type { LayerShape } from './layer-shape.js';
import { norm } from './linear-algebra.js';
import type { DecomposeOptions, PreparedNetwork } from './options.js';
import { createCollector, type LayerSamples } from './samples.js';

/** Inputs of a network by name. */
export type NamedInputs = ReadonlyMap<string, Tensor>;

/** Random inputs where there are none to calibrate with: one could be a fluke. */
const randomInputs = 2;

/** Numbers that the windows of one layer may have, 32 MB: layers are many, and their samples are held together. */
const mostWindowNumbers = 2 ** 23;

const defaultSamples = { calibration: 4096, random: 512 } as const;

/**
 * The inputs to run: those given, checked, or seeded random ones.
 *
 * @throws {DecomposeError} naming the input and both shapes.
 */
export function inputsOf({ graph }: Network, { calibration, seed = 1 }: DecomposeOptions): NamedInputs[] {
  if (calibration === undefined) {
    const random = createRandom(seed);
    return Array.from(
      { length: randomInputs },
      () => new Map(graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, random)])),
    );
  }
  return calibration.map((given, index) => {
    const named = 'dtype' in given ? new Map([[graph.inputs[0]?.name ?? '', given]]) : given;
    for (const { name, shape } of graph.inputs) {
      const tensor = named.get(name);
      if (tensor?.dtype !== 'float32' || !sameShape(tensor.shape, shape)) {
        const actual = tensor === undefined ? 'missing' : `${tensor.dtype} ${formatShape(tensor.shape)}`;
        throw new DecomposeError(
          `calibration input ${index} must have float32 ${formatShape(shape)} for "${name}", but it is ${actual}`,
        );
      }
    }
    return named;
  });
}

/** Makes a network run, by the reference unless the options say otherwise. */
export async function prepareNetwork(network: Network, options: DecomposeOptions): Promise<PreparedNetwork> {
  return (await options.prepare?.(network)) ?? { run: (inputs) => runReference(network, inputs) };
}

/** How many positions of a layer are looked at, over all inputs. */
export function windowsOf(
  { taps, channels }: LayerShape,
  { samples, calibration }: DecomposeOptions,
): number {
  const most = samples ?? defaultSamples[calibration === undefined ? 'random' : 'calibration'];
  return Math.max(1, Math.min(most, Math.floor(mostWindowNumbers / (taps * channels))));
}

/** One input's share of them: shares differ by at most one and add up to `count`. */
export function shareOf(count: number, index: number, inputs: number): number {
  return Math.floor(((index + 1) * count) / inputs) - Math.floor((index * count) / inputs);
}

/** A layer to take samples of. */
export interface SampledLayer {
  readonly node: NodeOf<'conv2d'>;
  readonly layer: LayerShape;
}

/** Samples of every layer by node name, drawn evenly from the runs of all inputs. */
export async function sampleLayers(
  network: Network,
  layers: readonly SampledLayer[],
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<ReadonlyMap<string, LayerSamples>> {
  if (layers.length === 0) return new Map();
  const wanted = new Set(layers.flatMap(({ node }) => [node.inputs[0] as string, node.outputs[0] as string]));
  for (const { name } of network.graph.inputs) wanted.delete(name);
  const observed = eliminateDeadNodes({ ...network, graph: { ...network.graph, outputs: [...wanted] } });
  const random = createRandom((options.seed ?? 1) + 1);
  const collectors = layers.map(({ node, layer }) => createCollector(node, layer));
  const prepared = await prepareNetwork(observed, options);
  try {
    inputs.forEach((given, index) => {
      const values = new Map([...given, ...prepared.run(given)]);
      layers.forEach(({ node, layer }, i) => {
        const share = shareOf(windowsOf(layer, options), index, inputs.length);
        const [input, output] = [node.inputs[0], node.outputs[0]].map((name) => values.get(name as string));
        if (share > 0) collectors[i]?.add(input as Tensor, output as Tensor, share, random);
      });
    });
  } finally {
    prepared.dispose?.();
  }
  return new Map(
    layers.map(({ node }, i) => [node.name, (collectors[i] as ReturnType<typeof createCollector>).finish()]),
  );
}

/** `‖b − a‖ / ‖a‖` over all outputs and inputs of two networks with the same inputs and outputs. */
export async function networkError(
  before: Network,
  after: Network,
  inputs: readonly NamedInputs[],
  options: DecomposeOptions,
): Promise<number> {
  const collect = async (network: Network): Promise<Float32Array[]> => {
    const prepared = await prepareNetwork(network, options);
    try {
      return inputs.flatMap((given) => {
        const outputs = prepared.run(given);
        return network.graph.outputs.map((name) => Float32Array.from((outputs.get(name) as Tensor).data));
      });
    } finally {
      prepared.dispose?.();
    }
  };
  const [a, b] = [await collect(before), await collect(after)];
  const difference = norm(
    a.map((values, i) => norm(values.map((value, k) => value - (b[i]?.[k] as number)))),
  );
  return difference === 0 ? 0 : difference / norm(a.map(norm));
}
