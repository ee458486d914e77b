import { conv2d, dense, depthwiseConv2d, GraphBuilder, type Network, pointwiseConv2d } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { equalizeLayers, factorLimits, layerPairs } from './equalize.js';
import { equalizedNetwork } from './equalized-network.js';
import { layerWeights } from './layer-weights.js';
import { pushScales } from './push-scales.js';
import { quantizeNetwork } from './quantize-network.js';
import { randomInputs, withWeights } from './testing/networks.js';

function chain(activation: 'relu' | 'relu6', boundary = 4): Network {
  const builder = new GraphBuilder('chain');
  let value = builder.input('image', [1, 8, 8, 2]);
  const activated = (name: string, next: string): string =>
    builder.node(activation, [next], {}, `${name}-act`);
  value = activated('stem', conv2d(builder, value, { name: 'stem', filters: 8, kernel: 3 }));
  value = activated('spatial', depthwiseConv2d(builder, value, { name: 'spatial', kernel: 3 }));
  value = activated('point', pointwiseConv2d(builder, value, { name: 'point', filters: boundary }));
  value = builder.node('global-average-pool2d', [value], {}, 'pool');
  return withWeights(builder, [dense(builder, value, { name: 'logits', filters: 3 })]);
}

const run = (network: Network, input: Tensor): Float32Array =>
  runReference(network, input).get('logits')?.data as Float32Array;

function farthest(a: Network, b: Network): number {
  return Math.max(
    ...randomInputs(a, 3).map((input) => {
      const [x, y] = [run(a, input), run(b, input)];
      const size = Math.max(...x.map(Math.abs));
      return Math.max(...x.map((value, i) => Math.abs(value - (y[i] as number)))) / size;
    }),
  );
}

describe('equalization', () => {
  test('finds pairs through ReLU, depthwise and pooling', () => {
    expect(layerPairs(chain('relu')).map(({ first, second }) => [first.node.name, second.node.name])).toEqual(
      [
        ['stem', 'spatial'],
        ['spatial', 'point'],
        ['point', 'logits'],
      ],
    );
  });

  test('leaves the function as it is, and makes the ranges of both sides alike', () => {
    const network = pushScales(chain('relu'), 4, 9);
    const pairs = layerPairs(network);
    const { network: equal } = equalizeLayers(network, pairs);
    // Each of the three layers rounds its weights anew: some units in the last place of float32.
    expect(farthest(network, equal)).toBeLessThan(1e-5);
    const [, spatial] = pairs;
    const one = layerWeights(equal, spatial!.first);
    const two = layerWeights(equal, spatial!.second);
    for (let c = 0; c < one.channels; c++) {
      const ranges = [
        Math.max(...one.weight.filter((_, i) => i % one.channels === c).map(Math.abs)),
        Math.max(...two.weight.subarray(c * two.channels, (c + 1) * two.channels).map(Math.abs)),
      ] as const;
      expect(ranges[0] / ranges[1]).toBeCloseTo(1, 1);
    }
  });

  test('what reaches the bound of ReLU6 keeps its scale, and the rest does not reach it then', async () => {
    const network = chain('relu6');
    const { network: equal } = await equalizedNetwork(
      network,
      [new Map([['image', randomInputs(network, 1)[0] as Tensor]])],
      {},
    );
    expect(farthest(network, equal)).toBeLessThan(1e-5);
    const [{ first } = {} as never] = layerPairs(network);
    const limits = factorLimits(first, Float64Array.of(6, 3, 0));
    expect(limits?.least).toEqual(Float64Array.of(1, 0.625, 2 ** -12));
    expect(limits?.most).toEqual(Float64Array.of(1, 2 ** 12, 2 ** 12));
    expect(factorLimits(first, Float64Array.of(2, 3, 1))).toBeUndefined();
  });

  test('brings back what pushed scales take from plain quantization', async () => {
    const network = pushScales(chain('relu'), 5, 4);
    const samples = randomInputs(network, 8);
    const errorOf = async (equalize: boolean, weights: 'channel' | 'tensor'): Promise<number> =>
      (await quantizeNetwork(network, { samples, equalize, weights })).report.agreement.outputError;
    expect(await errorOf(true, 'tensor')).toBeLessThan(0.3 * (await errorOf(false, 'tensor')));
    expect(await errorOf(true, 'channel')).toBeLessThan(0.5 * (await errorOf(false, 'channel')));
  });
});
