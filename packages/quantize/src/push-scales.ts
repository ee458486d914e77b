import type { Network } from '@sepconv/graph';
import { createRandom, createTensor } from '@sepconv/tensor';
import { layerPairs } from './equalize.js';
import { kindOf, QuantizeError } from './errors.js';
import { floatNetwork } from './float-network.js';
import { layerWeights } from './layer-weights.js';

/**
 * The same function with channels of very different ranges, the case in which plain quantization collapses: what each channel between two layers is multiplied by is divided out in the
 * second one. Factors are powers of two from 2⁻ᵇⁱᵗˢ to 2ᵇⁱᵗˢ, so that float32 gives the same numbers.
 *
 * Pairs of layers with a clamp above between them, as ReLU6 is, stay as they are.
 */
export function pushScales(given: Network, bits: number, seed: number): Network {
  const network = floatNetwork(given);
  if (!(Number.isSafeInteger(bits) && bits >= 0 && bits <= 60))
    throw new QuantizeError(`the bits must be a whole number from 0 to 60, not ${kindOf(bits)}`);
  if (!Number.isSafeInteger(seed))
    throw new QuantizeError(`the seed must be a whole number, not ${kindOf(seed)}`);
  const random = createRandom(seed);
  const weights = new Map(network.weights);
  const current = { ...network, weights };
  for (const { first, second } of layerPairs(network)) {
    if (first.clamp !== undefined && first.clamp.max < Infinity) continue;
    const [one, two] = [layerWeights(current, first), layerWeights(current, second)];
    const factors = Array.from({ length: one.channels }, () => 2 ** (random.integer(2 * bits + 1) - bits));
    const of = (c: number): number => factors[c] as number;
    const inputs = second.node.op === 'depthwise-conv2d' ? one.channels : (two.shape.at(-2) as number);
    const inputOf = (i: number): number =>
      second.node.op === 'depthwise-conv2d'
        ? Math.floor((i % two.channels) / (two.shape[3] as number))
        : Math.floor(i / two.channels) % inputs;
    weights.set(
      one.names.weight,
      createTensor(
        'float32',
        one.shape,
        one.weight.map((w, i) => w * of(i % one.channels)),
      ),
    );
    if (one.names.bias !== undefined && one.bias !== undefined)
      weights.set(
        one.names.bias,
        createTensor(
          'float32',
          [one.channels],
          one.bias.map((b, c) => b * of(c)),
        ),
      );
    weights.set(
      two.names.weight,
      createTensor(
        'float32',
        two.shape,
        two.weight.map((w, i) => w / of(inputOf(i))),
      ),
    );
  }
  return current;
}
