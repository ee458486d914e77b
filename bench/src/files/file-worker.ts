/** @file What a contender's process does with a file: open it, run it on seeded inputs, then take turns. */
import type { FileAssets, FileNumbers, FileRequest, LoadedFile, OpenedFile, OpenTable } from './contender.ts';
import { seededInputs } from './numbers.ts';

/** The functions of a worker, in the order in which they are called. */
export interface FileWorker {
  open(
    contender: string,
    request: FileRequest,
  ): Promise<{ readonly engine: string; readonly openMs: number }>;
  /** The outputs for a seed's inputs. */
  run(seed: number): Promise<readonly FileNumbers[]>;
  /** Runs at least so many times and so long, for compilers that work in the background. */
  warmUp(runs: number, milliseconds: number): Promise<void>;
  /** A run that is not timed, then runs that are, in milliseconds each. */
  turn(timed: number): Promise<readonly number[]>;
}

/** Reads a model with its shards. */
async function readModel(
  request: FileRequest,
  read: (location: string) => Promise<Uint8Array>,
): Promise<OpenedFile> {
  const bytes = await read(request.location);
  const shards = new Map<string, Uint8Array>();
  if (request.format === 'tfjs') {
    const { weightsManifest = [] } = JSON.parse(new TextDecoder().decode(bytes)) as {
      weightsManifest?: readonly { readonly paths: readonly string[] }[];
    };
    const folder = request.location.slice(0, request.location.lastIndexOf('/') + 1);
    for (const path of weightsManifest.flatMap(({ paths }) => paths))
      shards.set(path, await read(folder + path));
  }
  return { ...request, bytes, shards };
}

/** The functions for a table of contenders. */
export function fileWorker(
  contenders: OpenTable,
  assets: FileAssets,
  read: (location: string) => Promise<Uint8Array>,
): FileWorker {
  let loaded: LoadedFile | undefined;
  let inputs: readonly FileNumbers[] = [];
  /** Read from every output, so that no run can be skipped. */
  let checksum = 0;
  let request: FileRequest | undefined;
  const runOnce = async (): Promise<readonly FileNumbers[]> => {
    const outputs = await (loaded as LoadedFile).run(inputs);
    for (const { data } of outputs) checksum += data[0] ?? 0;
    return outputs;
  };
  return {
    open: async (contender, asked) => {
      const open = await (contenders[contender] as OpenTable[string])();
      const file = await readModel(asked, read);
      request = asked;
      const start = performance.now();
      loaded = await open(file, assets);
      return { engine: loaded.engine, openMs: performance.now() - start };
    },
    run: async (seed) => {
      inputs = seededInputs((loaded as LoadedFile).inputs, seed, request);
      return (await runOnce()).map(({ name, shape, data }) => ({ name, shape, data: data.slice() }));
    },
    warmUp: async (runs, milliseconds) => {
      const start = performance.now();
      for (let run = 0; run < runs || performance.now() - start < milliseconds; run++) await runOnce();
    },
    turn: async (timed) => {
      await runOnce();
      const times: number[] = [];
      for (let i = 0; i < timed; i++) {
        const start = performance.now();
        await runOnce();
        times.push(performance.now() - start);
      }
      if (checksum === Number.MIN_VALUE) throw new Error('unreachable, but the checksum is read');
      return times;
    },
  };
}
