/** @file Random damage to files, for fuzz tests: every mutant must end in a network that fits together, or in a refusal. */
import { type Network, validateNetwork } from '@sepconv/graph';
import fc from 'fast-check';
import { expect } from 'vitest';
import { FormatError } from '../src/errors.js';
import type { Inspection } from '../src/inspection.js';

/** Mutants of each file; SEPCONV_FUZZ_RUNS asks for more. */
export const fuzzRuns = Number(process.env.SEPCONV_FUZZ_RUNS ?? 150);

/** One change to a file: cut it off, flip a bit, put a number where one stands, or move that number a little. */
type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'nudge'; readonly at: number; readonly value: number }
  | { readonly kind: 'byte'; readonly at: number; readonly value: number };

const temptingNumbers = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 2 ** 24, 2 ** 31 - 1, -(2 ** 31)];

/** Positions gather at both ends, where the structure is: in between lie the weights, which may be any bytes. */
function mutationsOf(bytes: Uint8Array): fc.Arbitrary<Mutation[]> {
  const last = bytes.length - 4;
  const at = fc.oneof(
    fc.nat(Math.min(last, 4096)),
    fc.nat(Math.min(last, 40_000)).map((distance) => last - distance),
    fc.nat(last),
  );
  const aligned = at.map((position) => position - (position % 4));
  const mask = fc.integer({ min: 0, max: 7 }).map((bit) => 1 << bit);
  const value = fc.oneof(fc.constantFrom(...temptingNumbers), fc.integer());
  const small = fc.integer({ min: -8, max: 8 });
  const mutation = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('flip' as const), at, mask }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('number' as const), at: aligned, value }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('nudge' as const), at: aligned, value: small }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('byte' as const), at, value }) },
  );
  return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

function mutate(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = new Uint8Array(original);
  for (const mutation of mutations) {
    const { at } = mutation;
    if (at + 4 > bytes.length) continue;
    if (mutation.kind === 'cut') bytes = bytes.slice(0, at);
    else if (mutation.kind === 'flip') bytes[at] = (bytes[at] as number) ^ mutation.mask;
    else if (mutation.kind === 'byte') bytes[at] = mutation.value;
    else {
      const view = new DataView(bytes.buffer);
      const base = mutation.kind === 'nudge' ? view.getInt32(at, true) : 0;
      view.setInt32(at, base + mutation.value, true);
    }
  }
  return bytes;
}

/** What a parser gave, or that it refused. */
function outcomeOf(step: () => unknown): 'read' | 'refused' {
  try {
    step();
    return 'read';
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.message.length).toBeLessThan(2000);
    return 'refused';
  }
}

/** Reads and inspects `times` mutants of a file; some of them are still models, and some are refused. */
export function fuzz(
  bytes: Uint8Array,
  times: number,
  read: (bytes: Uint8Array) => Network,
  inspect: (bytes: Uint8Array) => Inspection,
): void {
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(mutationsOf(bytes), (mutations) => {
      const start = performance.now();
      const mutant = mutate(bytes, mutations);
      const outcome = outcomeOf(() => validateNetwork(read(mutant)));
      outcomes[outcome]++;
      // What can be read can be inspected.
      const inspected = outcomeOf(() => JSON.stringify(inspect(mutant)));
      expect([outcome, inspected]).not.toEqual(['read', 'refused']);
      // A hang, not a slow machine: the largest file is read in 0.2 s.
      expect(performance.now() - start).toBeLessThan(10_000);
    }),
    { numRuns: times, seed: 20260801 },
  );
  expect(outcomes.read).toBeGreaterThan(times / 100);
  expect(outcomes.refused).toBeGreaterThan(times / 100);
}
