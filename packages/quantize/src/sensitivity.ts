/** @file What each layer costs by itself, and which ones therefore stay with real numbers. */
import type { Network, StoredAs } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { toFloat32 } from '@sepconv/tensor';
import {
  isWeighted,
  type PlannedLayer,
  planQuantization,
  type QuantizationPlan,
} from '@sepconv/train/quantization';
import { convertNetwork } from './convert/convert.js';
import type { IntegerWeights } from './convert/integer-layers.js';
import { kindOf, QuantizeError } from './errors.js';
import type { Place } from './run.js';
import type { NamedInputs } from './samples.js';

/** Which layers stay with real numbers; all that is given counts. */
export interface KeepFloat {
  /** So many layers, the most sensitive ones. */
  readonly layers?: number;
  /** As many of the most sensitive layers as it takes for the outputs' relative error on the calibration's samples to be at most this. */
  readonly error?: number;
  /** The first layer with weights. */
  readonly first?: boolean;
  /** The last layer with weights. */
  readonly last?: boolean;
  /** Layers by the values that they give. */
  readonly names?: readonly string[];
}

/** @throws {QuantizeError} naming the option and its value. */
export function checkKeepFloat(keep: KeepFloat): void {
  if (typeof keep !== 'object' || keep === null)
    throw new QuantizeError(`keepFloat must be an object, not ${kindOf(keep)}`);
  const { layers, error, names = [] } = keep;
  if (!(Array.isArray(names) && names.every((name) => typeof name === 'string')))
    throw new QuantizeError(`keepFloat.names must be a list of names, not ${kindOf(names)}`);
  if (layers !== undefined && !(Number.isSafeInteger(layers) && layers >= 0))
    throw new QuantizeError(`keepFloat.layers must be an integer of at least 0, not ${kindOf(layers)}`);
  if (error !== undefined && !(Number.isFinite(error) && error > 0))
    throw new QuantizeError(`keepFloat.error must be a finite number above 0, not ${kindOf(error)}`);
}

/** A network that is converted as a whole. */
export interface WholeConversion {
  readonly float: Network;
  readonly plan: QuantizationPlan;
  readonly storage: ReadonlyMap<string, StoredAs>;
  readonly weights: ReadonlyMap<string, IntegerWeights>;
}

/** The outputs of a network for samples, as copies. */
async function outputsOf(
  network: Network,
  samples: readonly NamedInputs[],
  place: Place,
): Promise<Float32Array[][]> {
  const session = await compile(network, place);
  try {
    return samples.map((sample) =>
      [...session.run(sample).values()].map((tensor) => toFloat32(tensor).data.slice()),
    );
  } finally {
    session.dispose();
  }
}

/** `‖difference‖ / ‖output‖` over all outputs and samples. */
function relativeError(wanted: readonly Float32Array[][], given: readonly Float32Array[][]): number {
  let [signal, noise] = [0, 0];
  wanted.forEach((outputs, s) => {
    outputs.forEach((values, o) => {
      const other = given[s]?.[o] as Float32Array;
      values.forEach((value, i) => {
        signal += value ** 2;
        noise += (value - (other[i] as number)) ** 2;
      });
    });
  });
  return noise === 0 ? 0 : Math.sqrt(noise / signal);
}

const integerLayers = ({ layers }: QuantizationPlan): PlannedLayer[] =>
  layers.filter(({ arithmetic }) => arithmetic === 'integer');

/**
 * The relative error of the network's outputs when one layer alone is quantized, its input and result included, for each layer that
 * computes with integers.
 *
 * @param onLayer called before each layer with its index and how many there are.
 * @returns by the values that the layers give.
 */
export async function layerSensitivities(
  { float, plan, storage, weights }: WholeConversion,
  samples: readonly NamedInputs[],
  place: Place,
  onLayer: (index: number, count: number) => void = () => {},
): Promise<ReadonlyMap<string, number>> {
  const wanted = await outputsOf(float, samples, place);
  const layers = integerLayers(plan);
  const sensitivities = new Map<string, number>();
  for (const [index, { output }] of layers.entries()) {
    onLayer(index, layers.length);
    const others = plan.layers.filter((layer) => layer.output !== output);
    const alone = planQuantization(plan.graph, {
      keepFloat: new Map(others.map((layer) => [layer.output, 'another layer is looked at'])),
    });
    const { network } = convertNetwork(float, { plan: alone, storage, weights, boundary: 'float32' });
    sensitivities.set(output, relativeError(wanted, await outputsOf(network, samples, place)));
  }
  return sensitivities;
}

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;

/** Layers that are named, and the first and the last one with weights, each with the reason. */
export function namedLayers(
  plan: QuantizationPlan,
  { first, last, names = [] }: KeepFloat,
): Map<string, string> {
  const kept = new Map<string, string>();
  const weighted = plan.layers.filter(
    ({ arithmetic, node }) => arithmetic === 'integer' && isWeighted(node.op),
  );
  if (first && weighted[0] !== undefined) kept.set(weighted[0].output, 'the first layer is to stay');
  const end = weighted.at(-1);
  if (last && end !== undefined) kept.set(end.output, 'the last layer is to stay');
  for (const name of names) {
    const layer = plan.layers.find(({ output, names: nodes }) => output === name || nodes.includes(name));
    if (layer === undefined)
      throw new QuantizeError(
        `"${name}" is to stay with real numbers, but no layer of the network is called so`,
      );
    kept.set(layer.output, 'it is to stay');
  }
  return kept;
}

/**
 * The layers that stay, each with the reason: the most sensitive ones, as many as were asked for or as the budget takes.
 *
 * @param errorWith the network's error with these layers in real numbers.
 */
export async function sensitiveLayers(
  sensitivity: ReadonlyMap<string, number>,
  { layers = 0, error }: KeepFloat,
  named: ReadonlyMap<string, string>,
  errorWith: (kept: ReadonlyMap<string, string>) => Promise<number>,
): Promise<ReadonlyMap<string, string>> {
  const order = [...sensitivity]
    .filter(([name]) => !named.has(name))
    // Equal ones in the order of the network.
    .sort(([, a], [, b]) => b - a);
  const keptOf = (count: number): ReadonlyMap<string, string> =>
    new Map([
      ...named,
      ...order
        .slice(0, count)
        .map(([name, cost]) => [name, `it alone costs ${percent(cost)} of the output`] as const),
    ]);
  if (error === undefined) return keptOf(Math.min(layers, order.length));
  // The error falls with every layer that stays, so that halving finds the least number of them.
  let [low, high] = [Math.min(layers, order.length), order.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await errorWith(keptOf(middle))) <= error) high = middle;
    else low = middle + 1;
  }
  return keptOf(high);
}
