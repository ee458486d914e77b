/** @file The folder of a training: its checkpoint, its metrics, and at the end its network. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelMetadata } from '@sepconv/formats';
import type { Network } from '@sepconv/graph';
import { type Checkpoint, decodeCheckpoint, type EpochMetrics, encodeCheckpoint } from '@sepconv/train';
import { DataError, printable, UsageError, withContext } from '../errors.js';
import { readBytes } from '../files.js';
import { checkWritable, writeFiles } from '../write-files.js';
import { type WrittenFile, writeNetwork } from '../write-network.js';

const names = {
  checkpoint: 'checkpoint.safetensors',
  metrics: 'metrics.jsonl',
  network: 'network.onnx',
  integers: 'network-int8.onnx',
} as const;

const mostCheckpointBytes = 2 ** 31 - 1;
const mostMetricsBytes = 2 ** 27;

/** One line of the metrics: what the epoch came to, and how long it took. */
export interface MetricsLine extends EpochMetrics {
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** Reads a checkpoint; every message begins with its path. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readBytes(path, 'the checkpoint', mostCheckpointBytes, { mayReplace: true });
  return withContext(`"${printable(path)}"`, () => decodeCheckpoint(bytes));
}

/**
 * @throws {UsageError} when a training is there already: starting another one would lose it.
 */
export function expectFresh(folder: string): void {
  const path = join(folder, names.checkpoint);
  if (!existsSync(path)) return;
  throw new UsageError(
    `there is a training in "${printable(folder)}": go on with --resume "${printable(path)}", or give another --output`,
  );
}

/** Lines of epochs that a checkpoint has behind it; later ones were written by a run that was killed since. */
async function keptLines(folder: string, epochs: number): Promise<string[]> {
  const path = join(folder, names.metrics);
  if (!existsSync(path)) return [];
  const bytes = await readBytes(path, 'the metrics', mostMetricsBytes, { mayReplace: true });
  const lines = Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.filter((line) => {
    try {
      const row: Partial<EpochMetrics> | null = JSON.parse(line);
      if (!Number.isSafeInteger(row?.epoch)) throw new DataError('a line is of no epoch');
      return (row?.epoch as number) <= epochs;
    } catch {
      throw new DataError(`"${printable(path)}" is damaged: remove it, and the lines of past epochs with it`);
    }
  });
}

/** What is written while a training runs. Every file is replaced as a whole, so none is ever half-written. */
export interface RunFolder {
  readonly checkpointPath: string;
  /** Written together, so that metrics and checkpoint tell the same. */
  saveEpoch(metrics: MetricsLine, checkpoint: Checkpoint): Promise<void>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** With what its file says beside it. */
  saveNetwork(network: Network, metadata: ModelMetadata): Promise<WrittenFile>;
  /** The same in integers. */
  saveIntegers(network: Network, metadata: ModelMetadata): Promise<WrittenFile>;
}

/** Takes away what a run that was killed while it wrote has left behind. */
async function removeTemporary(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const ours = new Set<string>(Object.values(names));
  for (const file of await readdir(folder)) {
    const [, of] = /^(.+)\.\d+\.tmp$/.exec(file) ?? [];
    if (of !== undefined && ours.has(of)) await rm(join(folder, file), { force: true });
  }
}

/** @param epochs that are over already. */
export async function openRunFolder(folder: string, epochs: number): Promise<RunFolder> {
  for (const name of Object.values(names)) await checkWritable(join(folder, name));
  await removeTemporary(folder);
  const lines = await keptLines(folder, epochs);
  const checkpointPath = join(folder, names.checkpoint);
  return {
    checkpointPath,
    saveEpoch: async (metrics, checkpoint) => {
      lines.push(JSON.stringify(metrics));
      await writeFiles(
        folder,
        new Map<string, Uint8Array | string>([
          [names.metrics, `${lines.join('\n')}\n`],
          [names.checkpoint, encodeCheckpoint(checkpoint)],
        ]),
      );
    },
    saveCheckpoint: (checkpoint) =>
      writeFiles(folder, new Map([[names.checkpoint, encodeCheckpoint(checkpoint)]])),
    saveNetwork: (network, metadata) => writeNetwork(join(folder, names.network), network, metadata),
    saveIntegers: (network, metadata) => writeNetwork(join(folder, names.integers), network, metadata),
  };
}
