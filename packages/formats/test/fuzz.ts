/**
 * @file The fuzz run: every mutant ends in a result or a `FormatError`, within a second of computing and within memory that
 * the file justifies, and leaves everybody's prototype alone.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { FormatError } from '../src/errors.js';

/** Mutants of each small file, by which all parsers together have 20,000; `SEPCONV_FUZZ_RUNS` asks for others. */
export const fuzzRuns = Number(process.env.SEPCONV_FUZZ_RUNS ?? 2500);

/** Where the random choices start; `SEPCONV_FUZZ_SEED` gives other mutants. */
const seed = Number(process.env.SEPCONV_FUZZ_SEED ?? 20260801);

/** Processor time of one mutant, in which the machine's other work does not count. */
const mostSeconds = 1;

/** Memory of one mutant: the parsers' own budget, and copies of the file. */
const mostBytes = (fileBytes: number): number => 32 * 2 ** 20 + 48 * fileBytes;

/** A parser, and the size of the file that its mutants come from. */
export interface FuzzCase<Mutant> {
  readonly fileBytes: number;
  /** Parses one mutant, or throws. */
  parse(mutant: Mutant): void;
}

const nothing = { mutants: 0, seconds: 0, results: 0, errors: 0 };
const totals = { ...nothing };

const prototypes = [Object.prototype, Array.prototype, Map.prototype, Function.prototype];
const ownNames = (): string => prototypes.map((one) => Reflect.ownKeys(one).map(String).join()).join(';');

function measured(step: () => void): { seconds: number; bytes: number } {
  const bytes = process.memoryUsage().arrayBuffers;
  const start = process.cpuUsage();
  step();
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, bytes: process.memoryUsage().arrayBuffers - bytes };
}

/**
 * A mutant that is slow, or large, is so each time that it is parsed. A collection of what the tests before it left is not:
 * it happens once, and is counted where it falls.
 */
function measuredAgain(step: () => void, fileBytes: number): { seconds: number; bytes: number } {
  const first = measured(step);
  if (first.seconds < mostSeconds && first.bytes < mostBytes(fileBytes)) return first;
  const again = measured(step);
  return {
    seconds: Math.min(first.seconds, again.seconds),
    bytes: Math.min(first.bytes, again.bytes),
  };
}

/** Whether the parser gave a result; anything but a `FormatError` is a bug and passes through. */
function hasResult(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.message.length).toBeLessThan(2000);
    return false;
  }
}

/** Parses `times` mutants; some of them are still whole, and some are refused. */
export function fuzz<Mutant>(
  mutants: fc.Arbitrary<Mutant>,
  { fileBytes, parse }: FuzzCase<Mutant>,
  times: number,
): void {
  const outcomes = { results: 0, errors: 0 };
  const before = ownNames();
  const start = performance.now();
  fc.assert(
    fc.property(mutants, (mutant) => {
      const parsed = () => {
        outcomes[hasResult(() => parse(mutant)) ? 'results' : 'errors']++;
      };
      const { seconds, bytes } = measuredAgain(parsed, fileBytes);
      expect(seconds).toBeLessThan(mostSeconds);
      expect(bytes).toBeLessThan(mostBytes(fileBytes));
    }),
    { numRuns: times, seed },
  );
  expect(ownNames()).toBe(before);
  totals.mutants += outcomes.results + outcomes.errors;
  totals.seconds += (performance.now() - start) / 1000;
  totals.results += outcomes.results;
  totals.errors += outcomes.errors;
  expect(outcomes.results).toBeGreaterThan(times / 200);
  expect(outcomes.errors).toBeGreaterThan(times / 200);
}

/** Prints what one file of tests went through, and begins anew for the next: files share a process. */
export function printFuzzTotals(parser: string): void {
  const { mutants, seconds, results, errors } = totals;
  Object.assign(totals, nothing);
  console.log(
    `${parser}: ${mutants} mutants in ${seconds.toFixed(1)} s: ${results} results, ${errors} errors`,
  );
}
