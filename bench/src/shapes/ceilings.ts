/** @file The ceilings, ready to be measured in turns with a layer. */
import type { Engine } from '@sepconv/kernels/toolkit';
import { arithmeticBytes, copyModule, copyStep, flopsPerPass, peakModule } from './ceiling-kernels.ts';
import { integerPeakModule, operationsPerPass } from './integer-ceiling.ts';

/** Something that is measured: runs for about a sample's length and returns what it did per second. */
export interface Ceilings {
  /** GFLOP/s of arithmetic in registers, over about `milliseconds`. */
  arithmetic(milliseconds: number): number;
  /** GOP/s of products of 16-bit integers in pairs, on operands in the first-level cache, over about `milliseconds`. */
  integers(milliseconds: number): number;
  /** GB/s of reads and writes together, copying within `workingSet` bytes over about `milliseconds`. */
  copy(workingSet: number, milliseconds: number): number;
}

const pageBytes = 65536;
const pagesFor = (bytes: number): number => Math.ceil(bytes / pageBytes);

/** Numbers of accumulators that are tried: enough to hide the latency, few enough for 16 registers. */
const accumulatorCounts = [8, 10, 12];

/** Tiles of integer products that are tried, rows by registers: as many sums as leave room for weights, a splat and a product. */
const integerTiles = [
  [4, 2],
  [5, 2],
  [3, 3],
  [6, 2],
] as const;

/** Time for each count to get through the compiler's tiers. */
const trialMs = 40;

/**
 * Half of the distance at which the processor mistakes a load for one of a recent store (the low 12 bits decide): the
 * copy's target lies so far from its source, modulo 4096.
 */
const targetSkew = 2048;

type Peak = (passes: number) => void;
type Copy = (source: number, target: number, bytes: number, repeats: number) => void;

/** Times `run(count)` with a count that makes it last, and returns counts per millisecond. */
function rateOf(run: (count: number) => void, milliseconds: number): number {
  let count = 1;
  for (;;) {
    const start = performance.now();
    run(count);
    const elapsed = performance.now() - start;
    if (elapsed >= milliseconds) return count / elapsed;
    // The clock of a browser may stand still for a while: grow at most tenfold.
    count = Math.ceil(count * Math.min(10, Math.max(1.5, (1.1 * milliseconds) / Math.max(elapsed, 1e-3))));
  }
}

async function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory) {
  const { instance } = await WebAssembly.instantiate(bytes, { environment: { memory } });
  return instance.exports;
}

/** The tile of products of integers that is fastest here. */
async function integerPeak(engine: Engine): Promise<{ readonly run: Peak; readonly operations: number }> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const numbers = new Int16Array(memory.buffer);
  // Anything but zeros.
  numbers.forEach((_, i) => {
    numbers[i] = ((i * 37) % 255) - 127;
  });
  let best: { rate: number; run: Peak; operations: number } | undefined;
  for (const [rows, registers] of integerTiles) {
    const run = (await instantiate(integerPeakModule(engine, rows, registers), memory)).peak as Peak;
    for (let start = performance.now(); performance.now() - start < trialMs; ) run(100);
    const operations = operationsPerPass(engine, rows, registers);
    const rate = rateOf(run, 1) * operations;
    if (best === undefined || rate > best.rate) best = { rate, run, operations };
  }
  return best as NonNullable<typeof best>;
}

/** Compiles the ceilings' kernels. The engine's flags must be set by then. */
export async function createCeilings(engine: Engine): Promise<Ceilings> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const numbers = new Float32Array(memory.buffer);
  const registerFloats = 4 * engine.vectorsPerRegister;
  // acc ← acc · ½ + 1 goes to 2: no number on the way is subnormal, which would be slow.
  numbers.fill(1, 0, arithmeticBytes / 4).fill(0.5, 0, registerFloats);
  const copy = (await instantiate(copyModule(), memory)).copy as Copy;

  let best: { rate: number; peak: Peak; flops: number } | undefined;
  for (const accumulators of accumulatorCounts) {
    const peak = (await instantiate(peakModule(engine, accumulators), memory)).peak as Peak;
    for (let start = performance.now(); performance.now() - start < trialMs; ) peak(1000);
    const flops = flopsPerPass(engine, accumulators);
    const rate = rateOf(peak, 1) * flops;
    if (best === undefined || rate > best.rate) best = { rate, peak, flops };
  }
  const { peak, flops } = best as NonNullable<typeof best>;
  const integers = await integerPeak(engine);

  return {
    arithmetic: (milliseconds) => (rateOf(peak, milliseconds) * flops) / 1e6,
    integers: (milliseconds) => (rateOf(integers.run, milliseconds) * integers.operations) / 1e6,
    copy: (workingSet, milliseconds) => {
      const bytes = Math.max(copyStep, Math.ceil(workingSet / 2 / copyStep) * copyStep);
      const source = arithmeticBytes;
      const target = Math.ceil((source + bytes) / 4096) * 4096 + source + targetSkew;
      const missing = pagesFor(target + bytes) - pagesFor(memory.buffer.byteLength);
      if (missing > 0) {
        memory.grow(missing);
        // Pages that nobody wrote are all the same one of zeros: reading them would be reading one page.
        new Float32Array(memory.buffer).fill(1, source / 4);
      }
      return (rateOf((repeats) => copy(source, target, bytes, repeats), milliseconds) * 2 * bytes) / 1e6;
    },
  };
}
