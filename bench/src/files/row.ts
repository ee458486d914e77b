/** @file What is found out about a file: does it run here and in its own runtime, do both agree, how long do they take. */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { inspectNetwork } from '@sepconv/formats';
import { median, rotated, spread } from '../harness/statistics.ts';
import type { Worker, WorkerHost } from '../harness/worker.ts';
import { type Agreement, compareRuns } from './agreement.ts';
import type { FileNumbers, FileRequest } from './contender.ts';
import { filePrefixes } from './file-prefixes.ts';
import type { FileWorker } from './file-worker.ts';
import type { ListedModel } from './list.ts';

/** One side of a comparison. */
export interface Side {
  readonly engine?: string;
  readonly openMs?: number;
  readonly medianMs?: number;
  /** {@link spread} of its times. */
  readonly spread?: number;
  /** Why it does not run. */
  readonly why?: string;
}

/** A line of the table. */
export interface FileRow {
  readonly name: string;
  readonly package: string;
  readonly format: FileRequest['format'];
  /** Of the model file, with the shards of a TF.js model. */
  readonly bytes: number;
  /** How often the file uses each op, the most frequent first. */
  readonly ops: readonly (readonly [op: string, count: number])[];
  readonly here: Side;
  readonly own: Side;
  /** Over both seeds, where both run. */
  readonly agreement?: Agreement;
  /** Where they do not agree: how far each is from the same network in double precision. */
  readonly fromDoubles?: { readonly here: number; readonly own: number } | { readonly why: string };
  /** In a word, what became of it, for who reads the result. */
  readonly verdict?: string;
  /** Whether the last run gives the bits of the first. */
  readonly repeats?: boolean;
}

/** Where a row comes from. */
export interface Place {
  readonly host: WorkerHost<FileWorker>;
  /** Node, for double precision. */
  readonly node: WorkerHost<FileWorker>;
  readonly cache: string;
  readonly rounds: number;
  /** Without times. */
  readonly quick: boolean;
}

/** How far outputs may be off, over their range. */
export const tolerance = 1e-4;

const seeds = [1, 2];
const openSeconds = 120;
const roundsMs = 6000;

export function formatOf(path: string): FileRequest['format'] {
  if (path.endsWith('.onnx')) return 'onnx';
  return path.endsWith('.json') ? 'tfjs' : 'tflite';
}

/** The promise, or after so many seconds an error. */
async function withTimeout<T>(what: string, seconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A worker that has run both seeds, with what it gave. */
interface Opened {
  readonly worker: Worker<FileWorker>;
  readonly side: Side;
  readonly outputs: readonly (readonly FileNumbers[])[];
}

/** The first line of an error that is about the model: the message, without a stack. */
const reasonOf = (error: unknown): string =>
  ((error as Error).message.split('\n')[0] as string).replace(/^\w*Error: /, '');

async function open(
  host: WorkerHost<FileWorker>,
  contender: string,
  request: FileRequest,
): Promise<Opened | Side> {
  const worker = await host.start();
  try {
    const { engine, openMs } = await withTimeout(
      'opening',
      openSeconds,
      worker.call('open', contender, request),
    );
    const outputs: (readonly FileNumbers[])[] = [];
    for (const seed of seeds)
      outputs.push(await withTimeout('running', openSeconds, worker.call('run', seed)));
    return { worker, side: { engine, openMs }, outputs };
  } catch (error) {
    await worker.close();
    return { why: reasonOf(error) };
  }
}

const isOpen = (opened: Opened | Side): opened is Opened => 'worker' in opened;

/** The times of both, in turns, and whether ours still gives the bits that it gave first. */
async function takeTurns(
  here: Opened,
  own: Opened,
  rounds: number,
): Promise<{ sides: [Side, Side]; repeats: boolean }> {
  const contenders = [
    { ...here, times: [] as number[] },
    { ...own, times: [] as number[] },
  ];
  for (const { worker } of contenders) await worker.call('warmUp', 3, 300);
  const start = performance.now();
  for (let round = 0; round < rounds && (round < 2 || performance.now() - start < roundsMs); round++) {
    for (const { worker, times } of rotated(contenders, round)) times.push(...(await worker.call('turn', 2)));
  }
  const sides = contenders.map(({ side, times }) => ({
    ...side,
    medianMs: median(times),
    spread: spread(times),
  }));
  const last = await here.worker.call('run', seeds[0] as number);
  const repeats = last.every(({ data }, i) =>
    data.every((value, k) => Object.is(value, here.outputs[0]?.[i]?.data[k])),
  );
  return { sides: sides as unknown as [Side, Side], repeats };
}

/** How far both are from the network in double precision. */
async function compareWithDoubles(
  node: WorkerHost<FileWorker>,
  request: FileRequest,
  here: Opened,
  own: Opened,
): Promise<FileRow['fromDoubles']> {
  const exact = await open(node, 'doubles', request);
  if (!isOpen(exact)) return { why: exact.why ?? 'it did not run' };
  await exact.worker.close();
  return {
    here: compareRuns(here.outputs, exact.outputs).error,
    own: compareRuns(exact.outputs, own.outputs).error,
  };
}

async function modelBytes(path: string, format: FileRequest['format']): Promise<number> {
  const own = statSync(path).size;
  if (format !== 'tfjs') return own;
  const { weightsManifest = [] } = JSON.parse(await readFile(path, 'utf8')) as {
    weightsManifest?: readonly { readonly paths: readonly string[] }[];
  };
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return weightsManifest
    .flatMap(({ paths }) => paths)
    .reduce((sum, shard) => sum + statSync(folder + shard).size, own);
}

async function opsOf(path: string, fileName: string): Promise<FileRow['ops']> {
  try {
    const { ops } = await inspectNetwork(new Uint8Array(await readFile(path)), { fileName });
    return ops.map(({ op, count }) => [op, count]);
  } catch {
    return []; // why it cannot be read is said where it does not run
  }
}

/** Finds out about one file, which lies at `path`. */
export async function measureFile(model: ListedModel, path: string, place: Place): Promise<FileRow> {
  const { host, cache, rounds, quick } = place;
  const format = formatOf(path);
  const { shapes, values, picture, arithmetic } = model;
  const location = format === 'tflite' ? `${filePrefixes.cache}/${relative(cache, path)}` : path;
  const request: FileRequest = {
    format,
    location,
    ...(shapes && { shapes }),
    ...(values && { values }),
    ...(picture && { picture }),
    ...(arithmetic && { arithmetic }),
  };
  const here = await open(host, 'sepconv', request);
  const own = await open(host, format, request);
  const base = {
    name: model.name,
    package: model.package,
    format,
    bytes: await modelBytes(path, format),
    ops: await opsOf(path, path),
  };
  try {
    if (!isOpen(here) || !isOpen(own))
      return { ...base, here: isOpen(here) ? here.side : here, own: isOpen(own) ? own.side : own };
    const agreement = compareRuns(here.outputs, own.outputs);
    const differs = !(agreement.error <= tolerance);
    const fromDoubles = differs
      ? await compareWithDoubles(place.node, { ...request, location: path }, here, own)
      : undefined;
    const compared = { ...base, agreement, ...(fromDoubles && { fromDoubles }) };
    if (quick) return { ...compared, here: here.side, own: own.side };
    const { sides, repeats } = await takeTurns(here, own, rounds);
    return { ...compared, here: sides[0], own: sides[1], repeats };
  } finally {
    for (const opened of [here, own]) if (isOpen(opened)) await opened.worker.close();
  }
}
