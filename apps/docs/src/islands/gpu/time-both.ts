/** @file Times of the CPU and of the GPU, in turns. */
import type { Session } from '@sepconv/kernels';
import { summarize } from '@sepconv/kernels/measure';
import type { Tensor } from '@sepconv/tensor';
import type { GpuSession } from '@sepconv/webgpu';
import type { BothTimes } from './protocol.js';

/** A browser's clock is coarse on purpose: what is timed must last much longer than a tick. */
const batchMs = 10;
const budgetMs = 1500;
const fewestRounds = 2;
/** Runs that a GPU is given before it is waited for. */
const mostInBatch = 64;

/** So many runs, one after the other. */
type Batch = (runs: number) => Promise<void>;

async function timeOf(batch: Batch, runs: number): Promise<number> {
  const before = performance.now();
  await batch(runs);
  return (performance.now() - before) / runs;
}

/** Both in turns, each of which has run before, so that what else the machine does hits both: with read-back, and without. */
export async function timeBoth(
  cpu: Session,
  gpu: GpuSession,
  inputs: ReadonlyMap<string, Tensor>,
  onRound: (rounds: number) => void,
): Promise<BothTimes> {
  const repeat =
    (run: () => unknown): Batch =>
    async (runs) => {
      for (let i = 0; i < runs; i++) await run();
    };
  const batches: Readonly<Record<keyof BothTimes, Batch>> = {
    cpu: repeat(() => cpu.run(inputs)),
    gpu: repeat(() => gpu.run(inputs)),
    gpuAlone: async (runs) => {
      let last = gpu.submit(inputs);
      for (let i = 1; i < runs; i++) last = gpu.submit(inputs);
      await last.finished;
    },
  };
  const names = Object.keys(batches) as (keyof BothTimes)[];
  const runs = new Map<keyof BothTimes, number>();
  for (const name of names) {
    const once = await timeOf(batches[name], 1);
    runs.set(name, Math.min(Math.ceil(batchMs / Math.max(once, 0.1)), mostInBatch));
  }
  const times: Record<keyof BothTimes, number[]> = { cpu: [], gpu: [], gpuAlone: [] };
  const start = performance.now();
  for (let round = 1; round <= fewestRounds || performance.now() - start < budgetMs; round++) {
    for (const name of names) times[name].push(await timeOf(batches[name], runs.get(name)!));
    onRound(round);
  }
  const of = (name: keyof BothTimes): number => summarize(times[name]).milliseconds;
  return { cpu: of('cpu'), gpu: of('gpu'), gpuAlone: of('gpuAlone') };
}
