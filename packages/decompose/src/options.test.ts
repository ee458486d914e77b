import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { DecomposeError } from './errors.js';
import type { DecomposeOptions } from './options.js';
import { smoothImage } from './testing/images.js';
import { smallNetwork } from './testing/networks.js';

const network = smallNetwork();

describe('decomposeNetwork refuses', () => {
  const broken = (name: string, at: number, value: number): Network => {
    const weights = new Map(network.weights);
    const tensor = weights.get(name)!;
    const data = Float32Array.from(tensor.data);
    data[at] = value;
    return { ...network, weights: weights.set(name, { ...tensor, data } as Tensor) };
  };
  const cases: readonly (readonly [options: DecomposeOptions, words: RegExp, given?: Network])[] = [
    [{} as DecomposeOptions, /give one of rank, energy and budget$/],
    [{ rank: 1, energy: 0.5 } as unknown as DecomposeOptions, /give one of .* not rank and energy/],
    [{ rank: 0 }, /rank must be an integer of at least 1, not 0/],
    [{ energy: 1.5 }, /energy must be a number above 0 and at most 1, not 1\.5/],
    [{ budget: { macs: 2 } }, /budget of MACs is a part .* not 2/],
    [{ budget: { macs: 0.01 } }, /the budget is \d+ MACs for the network, but \d+ MACs is the least/],
    [{ budget: { milliseconds: 3 } }, /needs the option measure/],
    [{ budget: { error: -1 } }, /budget error must be a number above 0, not -1/],
    [{ budget: {} as never }, /a budget is one of macs, milliseconds and error/],
    [{ rank: 1, order: 'both' as never }, /the order is .* not "both"/],
    [{ rank: 1, calibration: [] }, /calibration is empty/],
    [{ rank: 1, samples: 0.5 }, /samples must be an integer/],
    [
      { rank: 1, calibration: [smoothImage([1, 8, 8, 3], 1)] },
      /input 0 must have float32 1×16×16×3 for "image", but it is float32 1×8×8×3/,
    ],
    [{ rank: 1, calibration: [new Map()] }, /for "image", but it is missing/],
    [
      { rank: 1 },
      /conv2d "down": the weight or the bias holds a number that is not finite/,
      broken('down/weight', 3, NaN),
    ],
    [
      { rank: 1, foldBatchNorm: false },
      /conv2d "down": the samples hold a number that is not finite/,
      broken('bn/variance', 0, -1),
    ],
  ];
  it.each(cases.map(([options, words, given = network]) => ({ options, words, given })))(
    '$options',
    async ({ options, words, given }) => {
      const error = await decomposeNetwork(given, options).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DecomposeError);
      expect((error as Error).message).toMatch(words);
    },
  );
});
