/** @file Random damage to files, for fuzz tests: every mutant must end in a network that fits together, or in a refusal. */
import { type Network, validateNetwork } from '@sepconv/graph';
import fc from 'fast-check';
import { FormatError } from '../src/errors.js';
import type { Inspection } from '../src/inspection.js';
import { type FuzzCase, fuzz } from './fuzz.js';

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

/** Reads and inspects `times` mutants of a file; some of them are still models, and some are refused. */
export function fuzzBytes(
  bytes: Uint8Array,
  times: number,
  read: (bytes: Uint8Array) => Network,
  inspect: (bytes: Uint8Array) => Inspection,
): void {
  fuzz(bytesMutants(bytes), networkCase(bytes.length, read, inspect), times);
}

/** A network is read and validated, and what can be read can be inspected. */
export function networkCase<Mutant>(
  fileBytes: number,
  read: (mutant: Mutant) => Network,
  inspect: (mutant: Mutant) => Inspection,
): FuzzCase<Mutant> {
  return {
    fileBytes,
    parse: (mutant) => {
      let network: Network | undefined;
      let refusal: unknown;
      try {
        network = read(mutant);
        validateNetwork(network);
      } catch (error) {
        refusal = error;
      }
      try {
        JSON.stringify(inspect(mutant));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        if (refusal === undefined)
          throw new Error('a model that can be read cannot be inspected', { cause: error });
      }
      if (refusal !== undefined) throw refusal;
    },
  };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Deeper than any model. */
const deepJson = Array.from({ length: 600 }).reduce<Json>((inner) => [inner], 0);

const temptingJson: readonly Json[] = [
  deepJson,
  -(2 ** 31),
  1e21,
  null,
  true,
  -1,
  0.5,
  2 ** 31,
  2 ** 60,
  1e308,
  '',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '9223372036854775807',
  [],
  {},
  [[[[]]]],
  [2 ** 30, 2 ** 30],
];

/** Every place in a JSON value where something could be put. */
function placesOf(value: Json): { holder: Json[] | { [key: string]: Json }; key: string | number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return keys.flatMap((key) => [
    { holder: value, key },
    ...placesOf((value as { [key: string]: Json })[key] as Json),
  ]);
}

/** The JSON with one to three values replaced: by a tempting one, or by another part of it, which may close a cycle. */
export function jsonMutants(original: object): fc.Arbitrary<object> {
  const change = fc.record({
    at: fc.nat(),
    from: fc.nat(),
    tempting: fc.option(fc.constantFrom(...temptingJson)),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const json = structuredClone(original) as { [key: string]: Json };
    for (const { at, from, tempting } of changes) {
      const places = placesOf(json);
      const target = places[at % Math.max(1, places.length)];
      const source = places[from % Math.max(1, places.length)];
      if (target === undefined || source === undefined) continue;
      const part = (source.holder as { [key: string]: Json })[source.key] as Json;
      (target.holder as { [key: string]: Json })[target.key] = structuredClone(tempting ?? part);
    }
    return json;
  });
}

/** The file damaged, for whoever fuzzes something else than networks. */
export const bytesMutants = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  mutationsOf(bytes).map((mutations) => mutate(bytes, mutations));
