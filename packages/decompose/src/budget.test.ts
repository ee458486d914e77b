import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Choice, chooseWithin, leastLoad } from './budget.js';

const total = (choices: readonly Choice[], key: 'load' | 'loss') =>
  choices.reduce((sum, choice) => sum + choice[key], 0);

/** Layers as they come: a standard convolution without loss, and ranks whose loss falls as their load grows. */
const drawnLayers = fc.array(
  fc
    .record({
      unit: fc.integer({ min: 1, max: 50 }),
      standard: fc.integer({ min: 60, max: 400 }),
      tail: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
    })
    .map(({ unit, standard, tail }): Choice[] => {
      const values = tail.sort((a, b) => b - a);
      return [
        { rank: null, load: standard, loss: 0 },
        ...values.map((loss, i) => ({ rank: i + 1, load: unit * (i + 1), loss })),
      ];
    }),
  { minLength: 1, maxLength: 5 },
);

/** The best by trying everything. */
function best(layers: readonly (readonly Choice[])[], limit: number): number {
  const [first, ...others] = layers;
  if (first === undefined) return limit >= 0 ? 0 : Infinity;
  return Math.min(...first.map(({ load, loss }) => loss + best(others, limit - load)));
}

describe('chooseWithin', () => {
  it('keeps every budget that can be kept, and is near the best choice', () => {
    let [gap, cases] = [0, 0];
    fc.assert(
      fc.property(drawnLayers, fc.double({ min: 0, max: 1, noNaN: true }), (layers, share) => {
        const most = layers.reduce((sum, [standard]) => sum + standard!.load, 0);
        const limit = share * most;
        const chosen = chooseWithin(layers, limit);
        expect(chosen === undefined).toBe(leastLoad(layers) > limit);
        if (chosen === undefined) return;
        expect(chosen).toHaveLength(layers.length);
        for (const [i, choice] of chosen.entries()) expect(layers[i]).toContain(choice);
        expect(total(chosen, 'load')).toBeLessThanOrEqual(limit * (1 + 1e-9));
        // Greedy is never worse than all but the one step that did not fit; on average it is much closer.
        const optimum = best(layers, limit);
        const largest = Math.max(...layers.flatMap((choices) => choices.map(({ loss }) => loss)));
        expect(total(chosen, 'loss')).toBeLessThanOrEqual(optimum + largest + 1e-9);
        gap += total(chosen, 'loss') - optimum;
        cases++;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(gap / cases).toBeLessThan(0.05);
  });

  it('a larger budget is used: with room for everything, nothing is decomposed', () => {
    const layers: Choice[][] = [
      [
        { rank: null, load: 9, loss: 0 },
        { rank: 1, load: 2, loss: 0.5 },
        { rank: 2, load: 4, loss: 0.1 },
      ],
      [
        { rank: null, load: 90, loss: 0 },
        { rank: 1, load: 20, loss: 0.3 },
      ],
    ];
    const ranks = (limit: number) => chooseWithin(layers, limit)?.map(({ rank }) => rank);
    expect(ranks(21)).toBeUndefined();
    expect(ranks(22)).toEqual([1, 1]);
    // 0.2 a unit for rank 2, 0.02 for the whole first layer after that, 0.3/70 for the second.
    expect(ranks(24)).toEqual([2, 1]);
    expect(ranks(29)).toEqual([null, 1]);
    expect(ranks(98)).toEqual([null, 1]);
    expect(ranks(99)).toEqual([null, null]);
  });

  it('steps over a rank that lies above the hull, and comes back to it when nothing else fits', () => {
    const layers: Choice[][] = [
      [
        { rank: 1, load: 1, loss: 1 },
        { rank: 2, load: 2, loss: 0.9 },
        { rank: null, load: 3, loss: 0 },
      ],
    ];
    expect(chooseWithin(layers, 3)?.[0]?.rank).toBeNull();
    expect(chooseWithin(layers, 2.5)?.[0]?.rank).toBe(2);
  });
});
