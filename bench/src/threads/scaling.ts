import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { compile, type Session } from '@sepconv/kernels';
import { median } from '../harness/statistics.ts';
import { buildModel } from '../peers/models.ts';

/** How much several threads help a network, and how much they could at most. */
export interface Scaling {
  readonly model: string;
  readonly engine: string;
  /** Of one run, in milliseconds, on one thread and on several. */
  readonly aloneMs: number;
  readonly threadsMs: number;
  /** How many times as fast as one thread several are. */
  readonly speedup: number;
  /**
   * How many times as much threads compute that have nothing to do with one another, each with a network of its own: what the cores'
   * common caches, memory and clock leave.
   */
  readonly ceiling: number;
}

const answerOf = async (worker: Worker): Promise<number> => (await once(worker, 'message'))[0] as number;

/** Milliseconds of each turn. */
const turn = 120;

/** Measures both in turns, so that whatever else the machine does hits everybody. */
export async function measureScaling(model: string, threads: number, rounds: number): Promise<Scaling> {
  const { network, input } = buildModel(model);
  const options = { allowProcessFlags: true };
  const alone = await compile(network, options);
  const shared = await compile(network, { ...options, threads });
  await shared.ready();
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('lone-worker.ts', import.meta.url), { workerData: model, execArgv: [] }),
  );
  await Promise.all(workers.map(answerOf));
  const timeOf = (session: Session): number => {
    const times: number[] = [];
    const start = performance.now();
    for (let before = start; before - start < turn; ) {
      session.run(input);
      const now = performance.now();
      times.push(now - before);
      before = now;
    }
    return median(times);
  };
  const apart = async (count: number): Promise<readonly number[]> =>
    Promise.all(
      workers.slice(0, count).map((worker) => {
        worker.postMessage(turn);
        return answerOf(worker);
      }),
    );
  const times = {
    alone: [] as number[],
    shared: [] as number[],
    lone: [] as number[],
    together: [] as number[],
  };
  // The first turns are for V8's compilers.
  for (let round = -4; round < rounds; round++) {
    const found = {
      lone: await apart(1),
      alone: [timeOf(alone)],
      together: await apart(threads),
      shared: [timeOf(shared)],
    };
    if (round < 0) continue;
    for (const [name, values] of Object.entries(found)) times[name as keyof typeof times].push(...values);
  }
  const result = {
    model,
    engine: alone.engine.name,
    aloneMs: median(times.alone),
    threadsMs: median(times.shared),
    speedup: median(times.alone) / median(times.shared),
    ceiling: (threads * median(times.lone)) / median(times.together),
  };
  for (const session of [alone, shared]) session.dispose();
  for (const worker of workers) await worker.terminate();
  return result;
}
