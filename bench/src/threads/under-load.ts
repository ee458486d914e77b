import { Worker } from 'node:worker_threads';
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { quantileOf } from './quantile.ts';

/** What is asked for. */
export interface LoadOptions {
  readonly threads: number;
  /** Threads of others that never rest. */
  readonly load: number;
  readonly runs: number;
}

/** What came of it. */
export interface LoadReport extends LoadOptions {
  /** Runs whose bits were not those of one thread. */
  readonly wrong: number;
  readonly medianMs: number;
  readonly slowestMs: number;
  /** The session's own words at the end. */
  readonly engine: string;
}

/** Runs a network again and again while others want the cores, and looks at every bit. */
export async function runUnderLoad({ threads, load, runs }: LoadOptions): Promise<LoadReport> {
  const graph = mobileNetV2({ resolution: 96, width: 0.35 });
  const network = { graph, weights: initializeWeights(graph, 1) };
  const image = randomTensor([1, 96, 96, 3], createRandom(1));
  const alone = await compile(network, { allowProcessFlags: true });
  const expected = Buffer.from(alone.run(image).data.slice().buffer);
  const others = Array.from({ length: load }, () => new Worker('for (;;);', { eval: true }));
  const session = await compile(network, { threads, allowProcessFlags: true });
  await session.ready();
  const times: number[] = [];
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const before = performance.now();
    const { data } = session.run(image);
    times.push(performance.now() - before);
    if (expected.compare(Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)) !== 0)
      wrong++;
  }
  const { name, reason } = session.engine;
  session.dispose();
  for (const other of others) await other.terminate();
  return {
    threads,
    load,
    runs,
    wrong,
    medianMs: quantileOf(times, 0.5),
    slowestMs: Math.max(...times),
    engine: `${name}: ${reason}`,
  };
}
