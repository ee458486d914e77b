/** @file A machine as a roofline sees it: how fast it computes, and how fast bytes come from where they lie. */
import { CostError } from '../errors.js';

/** Bandwidth for working sets up to a size. */
export interface MemoryLevel {
  /** The largest working set that stays here; `Infinity` for main memory. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/** The ceilings of a machine, measured or described. */
export interface Machine {
  readonly name: string;
  readonly flopsPerSecond: number;
  /** From the nearest cache to main memory, whose `bytes` are `Infinity`. */
  readonly levels: readonly MemoryLevel[];
}

/** A value as JSON, which cannot say one that nests too deep. */
function shown(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)?.slice(0, 40);
  } catch {
    return 'something nested';
  }
}

function positive(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new CostError(`${what} must be a number above 0, not ${shown(value) ?? 'missing'}`);
  }
  return value;
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CostError(`${what} must be an object in braces, not ${shown(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function expectKnown(
  object: Readonly<Record<string, unknown>>,
  known: readonly string[],
  what: string,
): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new CostError(`${what} has no field "${unknown}"; it has ${known.join(', ')}`);
  }
}

/**
 * A machine from somebody's JSON: `{ "name"?, "peakGflops", "bandwidthGBs", "caches"?: [{ "bytes", "bandwidthGBs" }] }`, with
 * FLOPs as two for a multiply-add and 10⁹ bytes in a GB. Without caches every byte comes from main memory.
 *
 * @throws {CostError} naming the field and what it must be.
 */
export function parseMachine(json: unknown): Machine {
  const machine = record(json, 'a machine');
  expectKnown(machine, ['name', 'peakGflops', 'bandwidthGBs', 'caches'], 'a machine');
  const { name = 'described machine', caches = [] } = machine;
  if (typeof name !== 'string') throw new CostError(`the machine's name must be a text, not ${shown(name)}`);
  if (!Array.isArray(caches)) throw new CostError("the machine's caches must be a list in brackets");
  const levels = caches.map((entry: unknown, index): MemoryLevel => {
    const what = `cache ${index + 1} of the machine`;
    const cache = record(entry, what);
    expectKnown(cache, ['bytes', 'bandwidthGBs'], what);
    return {
      bytes: positive(cache.bytes, `bytes of ${what}`),
      bytesPerSecond: positive(cache.bandwidthGBs, `bandwidthGBs of ${what}`) * 1e9,
    };
  });
  return {
    name,
    flopsPerSecond: positive(machine.peakGflops, "the machine's peakGflops") * 1e9,
    levels: [
      ...levels.sort((a, b) => a.bytes - b.bytes),
      {
        bytes: Infinity,
        bytesPerSecond: positive(machine.bandwidthGBs, "the machine's bandwidthGBs") * 1e9,
      },
    ],
  };
}
