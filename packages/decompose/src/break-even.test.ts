import { costOf } from '@sepconv/cost-model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakEvenRank } from './break-even.js';
import { layerShapeOf, type Order, orders } from './layer-shape.js';
import { layerGraph, nameGiver, separableNodes } from './rewrite.js';
import { convOf, type DrawnLayer, drawnLayer, networkOf } from './testing/layers.js';

/** Multiply-adds of a drawn layer and of its two steps, both counted by the cost model. */
function counted(drawn: DrawnLayer, order: Order) {
  const { graph } = networkOf({ ...drawn, bias: false });
  const node = convOf({ graph, weights: new Map() });
  const [input, weight] = [graph.inputs[0]!, graph.parameters[0]!];
  const layer = layerShapeOf(weight.shape, drawn.groups, order);
  const { layers, totals } = costOf(graph);
  const pixels = (shape: readonly number[]) => shape[1]! * shape[2]!;
  const separable = (rank: number): number => {
    const { nodes, parameters } = separableNodes(node, layer, rank, false, nameGiver(graph));
    return costOf(layerGraph('separable', input, nodes, parameters)).totals.macs;
  };
  const breakEven = breakEvenRank({
    kernel: [layer.kernelHeight, layer.kernelWidth],
    inputChannels: layer.channels,
    outputChannels: layer.filters,
    groups: drawn.groups,
    order,
    inputPixels: pixels(input.shape),
    outputPixels: pixels(layers[0]!.outputShape),
  });
  return { layer, standard: totals.macs, separable, breakEven };
}

describe('the break-even theorem', () => {
  it.each(orders)('%s: fewer multiply-adds exactly below 1/R, as many at 1/R', (order) => {
    let checked = 0;
    fc.assert(
      fc.property(drawnLayer, (drawn) => {
        const { layer, standard, separable, breakEven } = counted(drawn, order);
        for (let rank = 1; rank <= layer.exactRank; rank++) {
          const macs = separable(rank);
          // T < 1/R in integers: T · numerator < denominator.
          const [scaled, limit] = [rank * breakEven.ratioNumerator, breakEven.ratioDenominator];
          expect(Math.sign(macs - standard)).toBe(Math.sign(scaled - limit));
          expect(macs < standard).toBe(rank <= breakEven.largestSavingRank);
          // Rank T costs T · R of the standard convolution, without rounding.
          expect(macs * breakEven.ratioDenominator).toBe(standard * scaled);
          checked++;
        }
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(checked).toBeGreaterThan(300);
  });

  it('a rank that loses nothing never saves anything, unless the output is larger than the input', () => {
    fc.assert(
      fc.property(drawnLayer, fc.constantFrom(...orders), (drawn, order) => {
        const { layer, standard, separable, breakEven } = counted(drawn, order);
        const { ratioNumerator, ratioDenominator, exactRank } = breakEven;
        expect(exactRank).toBe(layer.exactRank);
        // R ≥ 1/K² + 1/columns whenever ρ ≥ 1, which is when the numerator is at least its value for ρ = 1.
        const output = ratioDenominator / (layer.taps * layer.columns);
        if (ratioNumerator < output * (layer.columns + layer.taps)) return;
        expect(ratioDenominator).toBeLessThan(exactRank * ratioNumerator);
        expect(separable(exactRank)).toBeGreaterThan(standard);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('by hand: MobileNet V1’s ratio, and what a stride does to the pointwise step', () => {
    const layer = { kernel: 3, inputChannels: 128, outputChannels: 256 };
    expect(breakEvenRank(layer)).toEqual({
      rank: 2304 / 265,
      ratio: 265 / 2304,
      ratioNumerator: 265,
      ratioDenominator: 2304,
      largestSavingRank: 8,
      exactRank: 9,
    });
    // K = 1: R = 1 + 1/C_out, so not even rank 1 saves.
    expect(breakEvenRank({ ...layer, kernel: 1 })).toMatchObject({ largestSavingRank: 0, exactRank: 1 });
    // 2×2 windows and 4 outputs: 1/R is exactly 2, and rank 2 costs the same.
    const equal = breakEvenRank({ kernel: 2, inputChannels: 3, outputChannels: 4 });
    expect(equal).toMatchObject({ rank: 2, largestSavingRank: 1, exactRank: 4 });
    // Pointwise first at stride 2, ρ = 4: 1/R = 9·128 / (4·128 + 9).
    const first = {
      ...layer,
      order: 'pointwise-depthwise',
      inputPixels: 56 * 56,
      outputPixels: 28 * 28,
    } as const;
    expect(breakEvenRank(first).rank).toBeCloseTo((9 * 128) / (4 * 128 + 9), 12);
    expect(breakEvenRank({ ...first, inputPixels: 28 * 28 }).rank).toBeCloseTo((9 * 128) / (128 + 9), 12);
    // Four groups: the channels are those of a group.
    expect(breakEvenRank({ ...layer, groups: 4 }).rank).toBeCloseTo((9 * 64) / (9 + 64), 12);
  });

  it.each([
    [
      { kernel: 0, inputChannels: 1, outputChannels: 1 },
      /kernel height must be an integer of at least 1, not 0/,
    ],
    [{ kernel: 3, inputChannels: 1.5, outputChannels: 1 }, /inputChannels .* not 1\.5/],
    [
      { kernel: 3, inputChannels: 4, outputChannels: 4, groups: 3 },
      /3 groups do not divide the layer's 4 input/,
    ],
    [{ kernel: 3, inputChannels: 3, outputChannels: 4, groups: 3 }, /divides the 4 output channels, not 3/],
    [
      { kernel: 3, inputChannels: 3, outputChannels: 4, order: 'pointwise-depthwise' as const },
      /inputPixels must be an integer of at least 1, not undefined/,
    ],
  ])('refuses %j', (layer, words) => {
    expect(() => breakEvenRank(layer)).toThrow(words);
  });
});
