import { createTensor, float32Tensor, type Tensor, zeros } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decomposeConv2d, recomposeConv2d } from './decompose-conv2d.js';
import { DecomposeError } from './errors.js';
import { layerShapeOf, orders, sliceOf } from './layer-shape.js';
import { rewriteNetwork } from './rewrite-network.js';
import {
  convOf,
  drawnLayer,
  imageFor,
  networkOf,
  outputOf,
  plainLayer,
  relativeError,
} from './testing/layers.js';

/** A drawn layer with its convolution replaced at a rank. */
function replaced(
  network: ReturnType<typeof networkOf>,
  groups: number,
  rank: number,
  order: (typeof orders)[number],
) {
  const node = convOf(network);
  const [weight, bias] = node.inputs.slice(1).map((name) => network.weights.get(name));
  const options = { groups, order, ...(bias && { bias }) };
  const decomposition = decomposeConv2d(weight!, rank, options);
  const layer = layerShapeOf(weight!.shape, groups, order);
  return {
    decomposition,
    layer,
    weight: weight!,
    network: rewriteNetwork(network, [{ node, layer, decomposition }]),
  };
}

const frobenius = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((s, v) => s + v * v, 0));

const difference = (a: Tensor, b: Tensor): number =>
  frobenius(Array.from(a.data, (value, i) => value - b.data[i]!));

describe('at the exact rank', () => {
  it.each(orders)('%s reproduces the convolution to 1e-5, whatever its geometry', (order) => {
    fc.assert(
      fc.property(drawnLayer, (drawn) => {
        const network = networkOf(drawn);
        const exactRank = layerShapeOf(network.graph.parameters[0]!.shape, drawn.groups, order).exactRank;
        const after = replaced(network, drawn.groups, exactRank, order);
        const image = imageFor(network, drawn.seed + 1);
        expect(relativeError(outputOf(after.network, image), outputOf(network, image))).toBeLessThan(1e-5);
        expect(after.decomposition.energy).toBe(1);
        expect(relativeError(recomposeConv2d(after.decomposition), after.weight)).toBeLessThan(1e-6);
      }),
      { numRuns: 120, seed: 1 },
    );
  });
});

describe('below it', () => {
  it.each(orders)('%s: the two steps are one convolution with the recomposed weight', (order) => {
    fc.assert(
      fc.property(drawnLayer, fc.nat(20), (drawn, choice) => {
        const network = networkOf(drawn);
        const { exactRank } = layerShapeOf(network.graph.parameters[0]!.shape, drawn.groups, order);
        const rank = 1 + (choice % exactRank);
        const after = replaced(network, drawn.groups, rank, order);
        const weights = new Map(network.weights).set('conv/weight', recomposeConv2d(after.decomposition));
        const image = imageFor(network, drawn.seed + 1);
        const expected = outputOf({ ...network, weights }, image);
        expect(relativeError(outputOf(after.network, image), expected)).toBeLessThan(1e-5);
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it.each(orders)('%s: Eckart–Young, the error is the tail of the singular values', (order) => {
    fc.assert(
      fc.property(drawnLayer, (drawn) => {
        const network = networkOf(drawn);
        const weight = network.weights.get('conv/weight')!;
        const { exactRank } = layerShapeOf(weight.shape, drawn.groups, order);
        for (let rank = 1; rank <= exactRank; rank++) {
          const decomposition = decomposeConv2d(weight, rank, { groups: drawn.groups, order });
          const { spectrum, energy } = decomposition;
          const tail = frobenius(spectrum.slice(rank));
          const size = frobenius(weight.data);
          expect(frobenius(spectrum)).toBeCloseTo(size, 6);
          expect(Math.abs(difference(recomposeConv2d(decomposition), weight) - tail)).toBeLessThan(
            1e-6 * size,
          );
          expect(energy).toBeCloseTo(1 - (tail / size) ** 2, 10);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('no other filters do better: random ones of the same rank, with the best mixtures for them', () => {
    const network = networkOf({ ...plainLayer, inputs: 1, outputs: 8 });
    const weight = network.weights.get('conv/weight')!;
    const shape = layerShapeOf(weight.shape, 1, 'depthwise-pointwise');
    const a = sliceOf(Float32Array.from(weight.data), shape, 0);
    const { spectrum } = decomposeConv2d(weight, 1);
    const tail = frobenius(spectrum.slice(1));
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
        (filter) => {
          const size = frobenius(filter);
          if (size < 1e-3) return;
          const unit = filter.map((value) => value / size);
          // The best mixture for a unit filter u is uᵀA, and what is left is A − u·uᵀA.
          const mixture = Array.from({ length: 8 }, (_, o) =>
            unit.reduce((sum, u, tap) => sum + u * a[tap * 8 + o]!, 0),
          );
          const rest = Array.from(a, (value, i) => value - unit[Math.floor(i / 8)]! * mixture[i % 8]!);
          expect(frobenius(rest)).toBeGreaterThanOrEqual(tail - 1e-9);
        },
      ),
      { seed: 5 },
    );
  });
});

describe('by hand', () => {
  it('a convolution that is separable already has rank 1, and its filter and mixture come back', () => {
    // out = 2·a − b of the horizontal differences of one channel.
    const weight = float32Tensor([1, 3, 1, 2], [2, -1, 0, 0, -2, 1]);
    const { depthwise, pointwise, spectrum, energy, method } = decomposeConv2d(weight, 1);
    expect(spectrum[0]).toBeCloseTo(Math.sqrt(10), 6);
    expect(spectrum[1]).toBeCloseTo(0, 6);
    expect({ energy, method }).toEqual({ energy: 1, method: 'plain' });
    expect(depthwise.shape).toEqual([1, 3, 1, 1]);
    expect(pointwise.shape).toEqual([1, 1, 1, 2]);
    expect(depthwise.data[1]).toBeCloseTo(0, 6);
    expect(depthwise.data[2]! / depthwise.data[0]!).toBeCloseTo(-1, 6);
    expect(pointwise.data[0]! / pointwise.data[1]!).toBeCloseTo(-2, 6);
    // Both steps have the same norm.
    expect(frobenius(depthwise.data)).toBeCloseTo(frobenius(pointwise.data), 6);
  });

  it('shapes of grouped convolutions, in both orders', () => {
    const weight = zeros('float32', [3, 3, 2, 8]);
    const shapes = (rank: number, order: (typeof orders)[number]) => {
      const { depthwise, pointwise } = decomposeConv2d(weight, rank, { groups: 4, order });
      return [depthwise.shape, pointwise.shape];
    };
    expect(shapes(2, 'depthwise-pointwise')).toEqual([
      [3, 3, 8, 2],
      [1, 1, 4, 8],
    ]);
    expect(shapes(2, 'pointwise-depthwise')).toEqual([
      [3, 3, 2, 8],
      [1, 1, 2, 16],
    ]);
    expect(shapes(1, 'pointwise-depthwise')).toEqual([
      [3, 3, 8, 1],
      [1, 1, 2, 8],
    ]);
  });

  it.each([
    ['zeros', () => 0],
    ['one constant, for which some decompositions never end', () => 0.25],
    ['the smallest float32', () => 1.401298464324817e-45],
    ['large numbers', (i: number) => 3e38 * Math.sin(i)],
    ['numbers over seventy orders of magnitude', (i: number) => 10 ** (-38 + ((i * 7) % 70))],
  ])('works for %s', (_, value) => {
    const weight = createTensor(
      'float32',
      [5, 5, 1, 64],
      Float32Array.from({ length: 1600 }, (__, i) => value(i)),
    );
    for (const order of orders) {
      const exactRank = order === 'depthwise-pointwise' ? 25 : 1;
      const decomposition = decomposeConv2d(weight, exactRank, { order });
      const recomposed = recomposeConv2d(decomposition);
      expect([...decomposition.depthwise.data, ...decomposition.pointwise.data].every(Number.isFinite)).toBe(
        true,
      );
      const size = Math.max(...weight.data.map(Math.abs));
      // Products of two float32 cannot be finer than the finest float32.
      const allowed = 1e-5 * size + 2e-45;
      recomposed.data.forEach((number, i) => {
        expect(Math.abs(number - weight.data[i]!)).toBeLessThanOrEqual(allowed);
      });
    }
  });
});

describe('refuses', () => {
  const weight = zeros('float32', [3, 3, 4, 8]);
  it.each([
    [() => decomposeConv2d(weight, 0), /rank must be an integer from 1 to 8 .*9 taps and 8 C_out.*, not 0/],
    [() => decomposeConv2d(weight, 9), /from 1 to 8 .* not 9/],
    [() => decomposeConv2d(weight, 1.5), /not 1\.5/],
    [() => decomposeConv2d(weight, 5, { order: 'pointwise-depthwise' }), /from 1 to 4 .*4 C_in.* not 5/],
    [() => decomposeConv2d(zeros('float32', [3, 4, 8]), 1), /but this one is 3×4×8/],
    [() => decomposeConv2d(weight, 1, { groups: 3 }), /divides the 8 output channels, not 3/],
    [
      () => decomposeConv2d(weight, 1, { bias: zeros('float32', [4]) }),
      /bias must be \[C_out\] of 8, but is 4/,
    ],
    [() => decomposeConv2d(float32Tensor([1, 2, 1, 1], [1, NaN]), 1), /not finite/],
    [() => decomposeConv2d(zeros('float32', [40, 40, 1, 1]), 1), /1600 taps, and at most 512/],
    [
      () => decomposeConv2d(weight, 1, { order: 'sideways' as never }),
      /depthwise-pointwise or .* not "sideways"/,
    ],
    [
      () =>
        decomposeConv2d(weight, 1, {
          samples: { windows: zeros('float32', [2, 3, 3, 4]), outputs: zeros('float32', [2, 7]) },
        }),
      /of 2×3×3×4 and outputs \[S, C_out\] of 2×8, but are 2×3×3×4 and 2×7/,
    ],
  ])('case %#', (call, words) => {
    expect(call).toThrow(DecomposeError);
    expect(call).toThrow(words);
  });
});
