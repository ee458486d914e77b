import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArenaBuffer, type ArenaPlan, planArena } from './plan-arena.js';

const buffers = fc
  .array(fc.record({ bytes: fc.nat(200), start: fc.integer({ min: -1, max: 12 }), length: fc.nat(6) }), {
    maxLength: 16,
  })
  .map((drawn) =>
    drawn.map(({ bytes, start, length }, index) => ({ id: `b${index}`, bytes, start, end: start + length })),
  );

/** A chain of layers: each reads the result before it, and some need scratch memory while they run. */
const chain = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 200 }),
      scratch: fc.option(fc.integer({ min: 1, max: 200 })),
    }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((layers) => [
    { id: 'input', bytes: 77, start: -1, end: 0 },
    ...layers.flatMap(({ bytes, scratch }, step) => [
      ...(scratch === null ? [] : [{ id: `scratch${step}`, bytes: scratch, start: step, end: step }]),
      { id: `value${step}`, bytes, start: step, end: step + 1 },
    ]),
  ]);

const roundUp = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment;

function expectSound(
  given: readonly ArenaBuffer[],
  { offsets, bytes, lowerBound }: ArenaPlan,
  alignment: number,
): void {
  for (const a of given) {
    const from = offsets.get(a.id)!;
    expect(from).toBeGreaterThanOrEqual(0);
    expect(from % alignment).toBe(0);
    expect(from + a.bytes).toBeLessThanOrEqual(bytes);
    for (const b of given) {
      const together = a !== b && a.start <= b.end && b.start <= a.end;
      const other = offsets.get(b.id)!;
      if (together && a.bytes > 0 && b.bytes > 0) {
        expect(from + a.bytes <= other || other + b.bytes <= from, `${a.id} and ${b.id}`).toBe(true);
      }
    }
  }
  // The bound, step by step.
  const steps = given.flatMap(({ start, end }) =>
    Array.from({ length: end - start + 1 }, (_, i) => start + i),
  );
  const live = steps.map((step) =>
    given
      .filter(({ start, end }) => start <= step && step <= end)
      .reduce((sum, buffer) => sum + roundUp(buffer.bytes, alignment), 0),
  );
  expect(lowerBound).toBe(Math.max(0, ...live));
  expect(bytes).toBeGreaterThanOrEqual(lowerBound);
}

describe('planArena', () => {
  it('never lays buffers that live together over each other, and aligns them', () => {
    fc.assert(
      fc.property(buffers, fc.constantFrom(1, 4, 16, 64), (given, alignment) => {
        expectSound(given, planArena(given, alignment), alignment);
      }),
      { numRuns: 300 },
    );
  });

  it('needs no more than the lower bound for a chain of layers, with or without scratch memory', () => {
    fc.assert(
      fc.property(chain, (given) => {
        const plan = planArena(given);
        expectSound(given, plan, 16);
        expect(plan.bytes).toBe(plan.lowerBound);
      }),
      { numRuns: 300 },
    );
  });

  // Listing for each value all that live with it took 26 s for 8,000.
  it('soon places thousands that live at once, as all values of a training step do between its two ways', () => {
    const count = 8000;
    const ends = [(): number => count, (index: number): number => 2 * count - index];
    for (const endOf of ends) {
      const given = Array.from({ length: count }, (_, start) => ({
        id: `b${start}`,
        bytes: 16 + ((start * 7919) % 1000),
        start,
        end: endOf(start),
      }));
      const { bytes, lowerBound } = planArena(given);
      expect(bytes).toBe(lowerBound);
    }
  });

  it('reuses the memory of what is gone', () => {
    const plan = planArena([
      { id: 'a', bytes: 100, start: 0, end: 1 },
      { id: 'b', bytes: 50, start: 1, end: 2 },
      { id: 'c', bytes: 100, start: 2, end: 3 },
    ]);
    // 100 and 50 rounded up to 112 and 64.
    expect(plan.bytes).toBe(176);
    expect(plan.lowerBound).toBe(176);
  });

  it('aligns to 16 bytes unless asked otherwise', () => {
    const two = [
      { id: 'a', bytes: 1, start: 0, end: 0 },
      { id: 'b', bytes: 1, start: 0, end: 0 },
    ];
    expect(planArena(two).bytes).toBe(32);
    expect(planArena(two, 64).bytes).toBe(128);
  });

  it('plans nothing', () => {
    expect(planArena([])).toEqual({ offsets: new Map(), bytes: 0, lowerBound: 0 });
  });
});
