/**
 * @file A network on several images: one after the other, each on all threads, or as many at once as there are threads, each on one.
 */
import type { Network } from '@sepconv/graph';
import { summarize } from '@sepconv/kernels/measure';
import { compileInWorker, type WorkerSession } from '@sepconv/kernels/worker';
import { SepconvError, type Tensor } from '@sepconv/tensor';
import type { Runner } from './runner.js';

/** Milliseconds for the repeated runs of an image, after the first, and of all images together. */
const budgetMs = 250;
const wholeBudgetMs = 2000;
const mostRuns = 50;

/** What a network gave for an image. */
export interface ImageRun {
  readonly output: Tensor;
  /** Milliseconds of each run. */
  readonly durations: readonly number[];
}

/** Runs once and then until the time is up; the last result is as good as the first, bit for bit. */
async function timedRuns(runner: Runner, input: Tensor, budget: number): Promise<ImageRun> {
  const start = performance.now();
  const durations: number[] = [];
  for (;;) {
    const before = performance.now();
    const output = await runner.run(input);
    const after = performance.now();
    durations.push(after - before);
    if (durations.length >= mostRuns || after - start > budget) {
      return { output: { ...output, data: output.data.slice() } as Tensor, durations };
    }
  }
}

const medianOf = (durations: readonly number[]): number => summarize(durations).medianMs;

/** Milliseconds of a run on one thread. */
function aloneMs(runner: Runner): number {
  const times = [0, 1, 2].map(() => {
    const before = performance.now();
    runner.runAlone();
    return performance.now() - before;
  });
  return Math.min(...times);
}

/** Runs images on sessions of their own, each taking the next image when it is done with one. */
async function runApart(
  sessions: readonly WorkerSession[],
  inputs: readonly Tensor[],
  done: () => void,
): Promise<ImageRun[]> {
  const results: ImageRun[] = [];
  let next = 0;
  await Promise.all(
    sessions.map(async (session) => {
      for (let image = next++; image < inputs.length; image = next++) {
        const before = performance.now();
        const output = await session.runAsync(inputs[image] as Tensor);
        results[image] = { output, durations: [performance.now() - before] };
        done();
      }
    }),
  );
  return results;
}

/** What the network gave for each image, and how they were shared out among threads, if there are several. */
export interface ImageRuns {
  readonly runs: readonly ImageRun[];
  readonly sharing: string | undefined;
}

/**
 * Runs a network on images.
 *
 * @param compileMs - What compiling it took: a session for each thread costs as much again.
 * @param ran - Told how many images are done.
 */
export async function runImages(
  network: Network,
  runner: Runner,
  inputs: readonly Tensor[],
  compileMs: number,
  ran: (count: number) => void,
): Promise<ImageRuns> {
  const budget = Math.min(budgetMs, wholeBudgetMs / inputs.length);
  const runs: ImageRun[] = [];
  const oneByOne = async (): Promise<void> => {
    for (const input of inputs.slice(runs.length)) {
      runs.push(await timedRuns(runner, input, budget));
      ran(runs.length);
    }
  };
  const { threads, name: engine } = runner.engine;
  if (threads === 1 || inputs.length === 1 || engine === 'reference' || engine === 'webgpu') {
    await oneByOne();
    return { runs, sharing: undefined };
  }
  const [first] = inputs as readonly [Tensor, ...Tensor[]];
  runs.push(await timedRuns(runner, first, budget));
  ran(1);
  const left = inputs.length - 1;
  const together = left * medianOf((runs[0] as ImageRun).durations);
  const apart = compileMs + Math.ceil(left / threads) * aloneMs(runner);
  if (together <= apart) {
    await oneByOne();
    return { runs, sharing: `images one after the other, each on ${threads} threads` };
  }
  const sessions: WorkerSession[] = [];
  try {
    const options = { engine, allowProcessFlags: true } as const;
    const compiled = await Promise.allSettled(
      Array.from({ length: Math.min(threads, left) }, () => compileInWorker(network, options)),
    );
    for (const result of compiled) if (result.status === 'fulfilled') sessions.push(result.value);
    if (sessions.length === 0) {
      await oneByOne();
      return { runs, sharing: `images one after the other, each on ${threads} threads` };
    }
    runs.push(...(await runApart(sessions, inputs.slice(1), () => ran(runs.length))));
    return { runs, sharing: `${sessions.length} images at once, each on one thread` };
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    await oneByOne();
    return { runs, sharing: `images one after the other, each on ${threads} threads` };
  } finally {
    for (const session of sessions) session.dispose();
  }
}
