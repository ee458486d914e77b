/**
 * @file How large a core's caches are: by the time of loads each of whose addresses is what the one before has loaded. Within a
 * few pages the lines follow one another without an order that a processor could guess; beyond, they are in order, so that no
 * look-up of addresses is waited for.
 */
import { type CacheSizes, leastCaches, type Machine } from '../plan/machine.js';
import { pageBytes } from '../program/memory.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set } from '../wasm/instructions.js';
import { ModuleBuilder } from '../wasm/module.js';

const lineBytes = 64;

/** Lines that follow one another without order: of 16 pages. */
const linesOfWindow = 1024;

/** Loads in a turn of the loop: what counts the turns is done while they wait. */
const loadsOfTurn = 16;

/** Bytes that surely lie in the first-level cache. */
const nearest = 8 * 1024;

/**
 * How many times as long a load takes once a level is full: from the next one it takes about three times as long, and where some
 * lines are pushed out by others a level is not full yet.
 */
const step = 2;

/** Times that a size is tried again before it is taken for the next level's: others at work push lines out, too. */
const tries = 3;

/** Bytes that are tried, in steps that tell any two sizes of caches apart. */
const firstSizes = [16, 24, 32, 48, 64, 96, 128, 192, 256].map((size) => size * 1024);
const secondSizes = [128, 192, 256, 384, 512, 768, 1024, 1280, 1536, 2048, 3072, 4096].map(
  (size) => size * 1024,
);

/** What loads tell of a machine. */
export type Levels = Pick<Machine, 'caches' | 'latencies'>;

/** The largest of some sizes before the first at which a load takes as long as from the next level; the time there, too. */
function lastWithin(
  sizes: readonly number[],
  near: number,
  nanosecondsOf: (bytes: number) => number,
): { readonly bytes: number; readonly beyond: number } | undefined {
  let bytes = 0;
  for (const size of sizes) {
    let nanoseconds = Infinity;
    for (let count = 0; count < tries && nanoseconds >= step * near; count++)
      nanoseconds = Math.min(nanoseconds, nanosecondsOf(size));
    if (nanoseconds >= step * near) return bytes === 0 ? undefined : { bytes, beyond: nanoseconds };
    bytes = size;
  }
  return undefined;
}

/** The caches of a machine on which a load takes so long among so many bytes; what is not found is as small as anywhere. */
export function findLevels(nanosecondsOf: (bytes: number) => number): Levels {
  const first = nanosecondsOf(nearest);
  const ofFirst = lastWithin(firstSizes, first, nanosecondsOf);
  const caches: CacheSizes = { ...leastCaches, ...(ofFirst && { first: ofFirst.bytes }) };
  const near = 2 * caches.first;
  const second = Math.max(first, Math.min(nanosecondsOf(near), nanosecondsOf(near)));
  const ofSecond = lastWithin(
    secondSizes.filter((size) => size >= near),
    second,
    nanosecondsOf,
  );
  return {
    caches: { ...caches, ...(ofSecond && { second: ofSecond.bytes }) },
    latencies: { first, second, beyond: ofSecond?.beyond ?? second },
  };
}

/** A function that follows addresses from its first parameter on, in so many turns. */
function chaseModule(): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder(2);
  const [start, turns] = f.parameters as [Local, Local];
  let place = get(start);
  for (let load = 0; load < loadsOfTurn; load++) place = i32.load(place);
  const module = new ModuleBuilder();
  // What is stored in the end keeps the loads from being left out.
  const body = [f.repeat(turns, set(start, place)), i32.store(i32.const(0), get(start))];
  module.add(2, f.encode(body), 'chase');
  return module.encode(1);
}

/** Writes addresses that lead through all lines of so many bytes from `start` on, and back. */
function writeChain(words: Int32Array, start: number, bytes: number): void {
  const lines = Array.from({ length: bytes / lineBytes }, (_, line) => line);
  let seed = 1;
  for (let i = 0; i < lines.length; i++) {
    const end = Math.min(lines.length, (Math.floor(i / linesOfWindow) + 1) * linesOfWindow);
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const other = i + Math.floor((seed / 2 ** 32) * (end - i));
    [lines[i], lines[other]] = [lines[other] as number, lines[i] as number];
  }
  const addressOf = (i: number): number => start + (lines[i % lines.length] as number) * lineBytes;
  for (let i = 0; i < lines.length; i++) words[addressOf(i) / 4] = addressOf(i + 1);
}

/** Milliseconds between two times that the clock tells apart: next to nothing, or a tenth in a page. */
function clockTick(): number {
  const first = performance.now();
  let then = first;
  while (then === first) then = performance.now();
  return then - first;
}

/** Readings for a size, of which the shortest counts, and milliseconds of each at least. */
const readings = 3;
const leastMs = 0.1;
const leastTicks = 8;

/** Measures the caches of the machine that this runs on, in some ten milliseconds. */
export async function measureLevels(): Promise<Levels> {
  const start = lineBytes;
  const largest = secondSizes.at(-1) as number;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((start + largest) / pageBytes) });
  const { instance } = await WebAssembly.instantiate(chaseModule(), { environment: { memory } });
  const chase = instance.exports.chase as (start: number, turns: number) => void;
  const words = new Int32Array(memory.buffer);
  const least = Math.max(leastMs, leastTicks * clockTick());
  return findLevels((bytes) => {
    writeChain(words, start, bytes);
    const turns = bytes / lineBytes / loadsOfTurn;
    chase(start, turns);
    let best = Infinity;
    for (let reading = 0, passes = 1; reading < readings; ) {
      const before = performance.now();
      chase(start, passes * turns);
      const elapsed = performance.now() - before;
      best = elapsed >= least ? Math.min(best, elapsed / passes) : best;
      if (elapsed >= least) reading++;
      else passes *= 2;
    }
    return (1e6 * best) / turns / loadsOfTurn;
  });
}
