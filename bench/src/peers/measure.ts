/** @file One model, all contenders: compare, load in fresh processes, then take turns. */
import { costOf } from '@sepconv/cost-model';
import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { judge, rangeOf } from '../harness/judge.ts';
import { referenceOutput } from '../harness/reference.ts';
import { median, minimum, rotated, spread } from '../harness/statistics.ts';
import type { Worker, WorkerHost } from '../harness/worker.ts';
import type { ModelFile } from './contender.ts';
import type { PeerWorker } from './peer-worker.ts';
import type { PeerRow } from './ratios.ts';

/** A network that is measured, with the input that everybody gets. */
export interface Subject {
  readonly name: string;
  readonly network: Network;
  readonly input: Tensor;
  /** Present where contenders begin at a file's bytes instead of a network in memory. */
  readonly file?: ModelFile;
  /** Of a quantized network, what contenders compute whose names end in {@link float32Suffix}. */
  readonly float32?: FileSubject;
}

/** A file with what is in it, and its input. */
export type FileSubject = Required<Pick<Subject, 'network' | 'input' | 'file'>>;

/** The end of a contender's name that computes a quantized network in real numbers. */
export const float32Suffix = '-float32';

/** A contender without that end, and what it is given. */
function resolved(contender: string, subject: Subject): readonly [contender: string, subject: Subject] {
  if (!contender.endsWith(float32Suffix) || subject.float32 === undefined) return [contender, subject];
  return [contender.slice(0, -float32Suffix.length), { name: subject.name, ...subject.float32 }];
}

/**
 * How far an output may be off. Integers of ours are the reference's; another runtime may round a sum otherwise, which comes out as
 * a few steps.
 */
function allowedFor(contender: string, { file, input }: Subject, range: number): number {
  if (file === undefined) return tolerance * range;
  if (input.dtype === 'float32') return fileTolerance * range;
  return contender.startsWith('sepconv') ? 0 : peerSteps;
}

/** How often what is done. */
export interface Schedule {
  /** Fresh processes of each contender, each of which gives one load and one first run. */
  readonly loads: number;
  readonly rounds: number;
  /** Runs and milliseconds, at least, before the rounds begin. */
  readonly warmUpRuns: number;
  readonly warmUpMs: number;
  /** In each turn: a run that brings the contender's data back into the caches, then those that count. */
  readonly untimedPerTurn: number;
  readonly timedPerTurn: number;
  /** Threads of everybody, the calling one included. */
  readonly threads: number;
}

/** A contender without times, and why. */
export interface Refusal {
  readonly model: string;
  readonly contender: string;
  readonly reason: string;
}

/** The most that an output may be off, over its range; of a file, on whose exponentials runtimes save, ten times that. */
export const tolerance = 1e-4;
const fileTolerance = 1e-3;
const peerSteps = 4;

/** A contender's process with what is known so far. */
interface Running {
  readonly contender: string;
  readonly worker: Worker<PeerWorker>;
  readonly engine: string;
  readonly relativeError: number;
  /** Engines that its processes chose. */
  readonly engines: Set<string>;
  readonly loads: number[];
  readonly firsts: number[];
  readonly times: number[];
}

interface Started {
  readonly worker: Worker<PeerWorker>;
  readonly engine: string;
  readonly loadMs: number;
  readonly firstMs: number;
  readonly output: Float32Array;
}

/** A fresh process with a loaded model, after its first run. */
async function start(
  host: WorkerHost<PeerWorker>,
  named: string,
  given: Subject,
  threads: number,
): Promise<Started> {
  const [contender, { name, input, file }] = resolved(named, given);
  const worker = await host.start();
  try {
    await worker.call('prepare', contender, name, threads, file && { file, input });
    const { loadMs, engine } = await worker.call('load');
    const { firstMs, output } = await worker.call('first');
    return { worker, engine, loadMs, firstMs, output };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/** The contenders that compute what the reference computes, each with a running process; the others with their reason. */
async function admit(
  host: WorkerHost<PeerWorker>,
  subject: Subject,
  contenders: readonly string[],
  threads: number,
): Promise<{ running: Running[]; refusals: Refusal[] }> {
  const { name: model } = subject;
  const running: Running[] = [];
  const refusals: Refusal[] = [];
  for (const contender of contenders) {
    try {
      const { worker, engine, loadMs, firstMs, output } = await start(host, contender, subject, threads);
      const [own, given] = resolved(contender, subject);
      const expected = referenceOutput(given.network, given.input);
      const range = rangeOf(expected);
      const allowed = allowedFor(own, given, range);
      const { ok, maxError } = judge(output, expected, allowed);
      const relativeError = maxError / range;
      if (ok) {
        running.push({
          contender,
          worker,
          engine,
          relativeError,
          engines: new Set([engine]),
          loads: [loadMs],
          firsts: [firstMs],
          times: [],
        });
      } else {
        await worker.close();
        const reason = `off by ${relativeError.toExponential(1)} of the output's range, more than ${(allowed / range).toExponential(1)}`;
        refusals.push({ model, contender, reason });
      }
    } catch (error) {
      refusals.push({ model, contender, reason: (error as Error).message });
    }
  }
  return { running, refusals };
}

function rowOf(
  model: string,
  macs: number,
  threads: number,
  { contender, engine, engines, relativeError, loads, firsts, times }: Running,
): PeerRow {
  const medianMs = median(times);
  return {
    model,
    contender,
    engine,
    ...(engines.size > 1 ? { alsoLoaded: [...engines].filter((other) => other !== engine) } : {}),
    threads,
    loadMs: median(loads),
    firstMs: median(firsts),
    answerMs: median(loads.map((load, process) => load + (firsts[process] as number))),
    medianMs,
    minMs: minimum(times),
    gflops: (2 * macs) / medianMs / 1e6,
    spread: spread(times),
    relativeError,
  };
}

/** Measures one subject. `progress` is told what happens, a line at a time. */
export async function measureModel(
  host: WorkerHost<PeerWorker>,
  subject: Subject,
  contenders: readonly string[],
  schedule: Schedule,
  progress: (line: string) => void,
): Promise<{ rows: PeerRow[]; refusals: Refusal[] }> {
  const { name: model } = subject;
  progress(`${model}: comparing ${contenders.length} contenders with the reference`);
  const { running, refusals } = await admit(host, subject, contenders, schedule.threads);
  try {
    progress(`${model}: loading, ${schedule.loads} fresh processes each`);
    for (let load = 1; load < schedule.loads; load++) {
      for (const { contender, engines, loads, firsts } of rotated(running, load)) {
        const { worker, engine, loadMs, firstMs } = await start(host, contender, subject, schedule.threads);
        await worker.close();
        engines.add(engine);
        loads.push(loadMs);
        firsts.push(firstMs);
      }
    }
    for (const { worker } of running) await worker.call('warmUp', schedule.warmUpRuns, schedule.warmUpMs);
    progress(`${model}: ${schedule.rounds} rounds`);
    for (let round = 0; round < schedule.rounds; round++) {
      for (const { worker, times } of rotated(running, round)) {
        times.push(...(await worker.call('turn', schedule.untimedPerTurn, schedule.timedPerTurn)));
      }
    }
  } finally {
    for (const { worker } of running) await worker.close();
  }
  const { macs } = costOf(subject.network.graph).totals;
  return { rows: running.map((each) => rowOf(model, macs, schedule.threads, each)), refusals };
}
