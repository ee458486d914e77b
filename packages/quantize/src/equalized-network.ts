/** @file Equalization and absorption on what samples show of each channel. */
import { inferTypes, type Network } from '@sepconv/graph';
import {
  absorbBiases,
  equalizeLayers,
  type FactorLimits,
  factorLimits,
  type LayerPair,
  layerPairs,
} from './equalize.js';
import { floatNetwork } from './float-network.js';
import { lookAt, type Place } from './run.js';
import { checkSamples, type NamedInputs, type Sample } from './samples.js';

/** The least and the largest number of each channel. */
interface ChannelExtremes {
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
}

/** Extremes of the channels of values over samples. */
async function channelExtremes(
  network: Network,
  values: readonly string[],
  samples: readonly NamedInputs[],
  place: Place,
): Promise<ReadonlyMap<string, ChannelExtremes>> {
  const types = inferTypes(network.graph);
  const extremes = new Map(
    values.map((name): [string, ChannelExtremes] => {
      const channels = types.get(name)?.shape.at(-1) as number;
      return [
        name,
        {
          minima: new Float64Array(channels).fill(Infinity),
          maxima: new Float64Array(channels).fill(-Infinity),
        },
      ];
    }),
  );
  await lookAt(
    network,
    samples,
    values,
    (name, { data }) => {
      const { minima, maxima } = extremes.get(name) as ChannelExtremes;
      const channels = minima.length;
      for (let i = 0; i < data.length; i += channels) {
        for (let c = 0; c < channels; c++) {
          const value = data[i + c] as number;
          if (value < (minima[c] as number)) minima[c] = value;
          if (value > (maxima[c] as number)) maxima[c] = value;
        }
      }
    },
    place,
  );
  return extremes;
}

/** A network whose ranges are evened out, and between how many pairs of layers. */
export interface EqualizedNetwork {
  readonly network: Network;
  readonly pairs: readonly LayerPair[];
}

/** {@link equalizeLayers} and {@link absorbBiases} within what samples show. */
export async function equalizedNetwork(
  network: Network,
  samples: readonly NamedInputs[],
  place: Place,
): Promise<EqualizedNetwork> {
  const pairs = layerPairs(network);
  if (pairs.length === 0) return { network, pairs };
  const values = new Set(pairs.flatMap(({ first }) => [first.output, first.node.outputs[0] as string]));
  const extremes = await channelExtremes(network, [...values], samples, place);
  const limits = new Map(
    pairs.flatMap(({ first }): [string, FactorLimits][] => {
      const limit = factorLimits(first, (extremes.get(first.output) as ChannelExtremes).maxima);
      return limit === undefined ? [] : [[first.output, limit]];
    }),
  );
  const { network: equalized, factors } = equalizeLayers(network, pairs, limits);
  // What is absorbed below a clamp's upper bound would be added behind it.
  const absorbing = pairs.filter(({ first }) => !limits.has(first.output));
  const minima = new Map(
    absorbing.map(({ first }): [string, Float64Array] => {
      const least = (extremes.get(first.node.outputs[0] as string) as ChannelExtremes).minima;
      const scales = factors.get(first.output);
      return [first.output, least.map((value, c) => value / (scales?.[c] ?? 1))];
    }),
  );
  return { network: absorbBiases(equalized, absorbing, minima), pairs };
}

/**
 * A float network with ranges of weights evened out across pairs of layers and high biases absorbed, BatchNorm folded: the same function
 * within what the samples show. `quantizeNetwork` does it by itself where it helps; this is for who trains such a network for integers.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §4.1.
 *
 * @throws {QuantizeError} when samples do not fit, a weight is damaged, or the network is quantized already.
 */
export async function equalizeNetwork(
  network: Network,
  samples: readonly Sample[],
  place: Place = {},
): Promise<Network> {
  const float = floatNetwork(network);
  return (await equalizedNetwork(float, checkSamples(float, samples), place)).network;
}
