/** @file What a contender's process does: prepare, load, run once, then take turns. */
import type { AssetPaths, ContenderTable, FileModel, Loaded, Prepared } from './contender.ts';
import { buildModel } from './models.ts';

/** The functions of a contender's process, in the order in which they are called. */
export interface PeerWorker {
  /** Imports the contender and builds the model in memory, unless a file is given. Not timed. */
  prepare(contender: string, model: string, threads: number, file?: FileModel): Promise<void>;
  load(): Promise<{ readonly loadMs: number; readonly engine: string; readonly reason?: string }>;
  /** The first run of all, with its output. */
  first(): Promise<{ readonly firstMs: number; readonly output: Float32Array }>;
  /** Runs at least so many times and so long, for compilers that work in the background. */
  warmUp(runs: number, milliseconds: number): Promise<void>;
  /** Runs that are not timed, then runs that are, in milliseconds each. */
  turn(untimed: number, timed: number): Promise<readonly number[]>;
}

/** The functions for a table of contenders. */
export function peerWorker(contenders: ContenderTable, assets: AssetPaths): PeerWorker {
  let prepared: Prepared | undefined;
  let loaded: Loaded | undefined;
  /** Read from every output, so that no run can be skipped. */
  let checksum = 0;
  const runOnce = async (): Promise<Float32Array> => {
    const output = await (loaded as Loaded).run();
    checksum += output[0] as number;
    return output;
  };
  return {
    prepare: async (contender, model, threads, file) => {
      const importContender = contenders[contender];
      if (importContender === undefined) throw new Error(`there is no contender "${contender}" here`);
      const prepare = await importContender();
      prepared = await prepare(file ?? buildModel(model), assets, threads);
    },
    load: async () => {
      const start = performance.now();
      loaded = await (prepared as Prepared).load();
      const loadMs = performance.now() - start;
      const { engine, reason } = loaded;
      return { loadMs, engine, ...(reason === undefined ? {} : { reason }) };
    },
    first: async () => {
      const start = performance.now();
      const output = await runOnce();
      return { firstMs: performance.now() - start, output: output.slice() };
    },
    warmUp: async (runs, milliseconds) => {
      await (loaded as Loaded).ready?.();
      const start = performance.now();
      for (let run = 0; run < runs || performance.now() - start < milliseconds; run++) await runOnce();
    },
    turn: async (untimed, timed) => {
      for (let i = 0; i < untimed; i++) await runOnce();
      const times: number[] = [];
      for (let i = 0; i < timed; i++) {
        const start = performance.now();
        await runOnce();
        times.push(performance.now() - start);
      }
      if (Number.isNaN(checksum)) throw new Error('an output became NaN between the first run and now');
      return times;
    },
  };
}
