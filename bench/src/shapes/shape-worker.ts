/** @file What an engine's process does: compile a layer and run it once, then measure it in turns with the ceilings. */
import { compile, type EngineName, type Session } from '@sepconv/kernels';
import { engines } from '@sepconv/kernels/toolkit';
import { rotated } from '../harness/statistics.ts';
import { timeOf, warmUp } from '../harness/warm-up.ts';
import { type Ceilings, createCeilings } from './ceilings.ts';
import type { Layer } from './layer.ts';
import { bytesOf, layerCase } from './layer-case.ts';

/** What a layer did in one turn each. */
export interface Samples {
  /** Milliseconds of one run. */
  readonly runMs: readonly number[];
  /** The same of each neighbour, in the order in which they were prepared. */
  readonly neighboursMs: readonly (readonly number[])[];
  /** GFLOP/s of arithmetic in registers; of integers, of their products on operands in the first-level cache. */
  readonly arithmetic: readonly number[];
  /** GB/s of a copy with the layer's working set. */
  readonly bandwidth: readonly number[];
}

/** A layer that has run once. */
export interface PreparedLayer {
  readonly output: Float32Array;
  /** Input, weights and output once each. */
  readonly bytes: number;
  readonly kernels: string;
}

/** The functions of an engine's process. */
export interface ShapeWorker {
  /** Sets the engine up; the other functions follow. */
  start(engine: EngineName): Promise<void>;
  /** Compiles a layer and its neighbours, and runs each on its input. */
  prepare(layer: Layer, neighbours: readonly Layer[]): Promise<readonly PreparedLayer[]>;
  /** Measures the layers that were prepared, in turns. */
  measure(rounds: number, sampleMs: number): Promise<Samples>;
}

/** A layer with which the engine is started, so that its flags are set before the ceilings are compiled. */
const firstLayer: Layer = {
  name: 'first',
  op: 'pointwise-conv2d',
  input: [1, 4, 4, 8],
  kernel: [1, 1],
  strides: [1, 1],
  dilations: [1, 1],
  padding: 'same',
  filters: 8,
  groups: 1,
  activation: 'none',
  times: 1,
  type: 'float32',
};

/** A session, how often it runs in a sample, and what it took. */
interface Subject {
  readonly run: () => void;
  readonly runs: number;
  readonly runMs: number[];
}

/** Warms up until nothing becomes faster, so that samples are all of one length. */
async function subjectOf(session: Session, sampleMs: number): Promise<Subject> {
  const run = (): void => void session.run();
  const each = await warmUp(run, sampleMs);
  return { run, runs: Math.max(1, Math.ceil(sampleMs / each)), runMs: [] };
}

/** Takes turns: each session after a run that brings its data back into the caches, and the ceilings. */
async function measureInTurns(
  sessions: readonly Session[],
  { bytes, isOfIntegers }: { readonly bytes: number; readonly isOfIntegers: boolean },
  ceilings: Ceilings,
  rounds: number,
  sampleMs: number,
): Promise<Samples> {
  const subjects: Subject[] = [];
  for (const session of sessions) subjects.push(await subjectOf(session, sampleMs));
  ceilings.copy(bytes, sampleMs);
  const [arithmetic, bandwidth]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const { run, runs, runMs } of rotated(subjects, round)) {
      run();
      runMs.push(timeOf(run, runs));
    }
    bandwidth.push(ceilings.copy(bytes, sampleMs));
    arithmetic.push((isOfIntegers ? ceilings.integers : ceilings.arithmetic)(sampleMs / 2));
  }
  const [runMs = [], ...neighboursMs] = subjects.map((subject) => subject.runMs);
  return { runMs, neighboursMs, arithmetic, bandwidth };
}

/** The functions, for `serve`. */
export function shapeWorker(): ShapeWorker {
  let engine: EngineName | undefined;
  let ceilings: Ceilings | undefined;
  let sessions: Session[] = [];
  let layerOfSessions = { bytes: 0, isOfIntegers: false };
  const compileLayer = async (layer: Layer): Promise<PreparedLayer & { readonly session: Session }> => {
    const given = layerCase(layer);
    const session = await compile(given.network, { engine: engine as EngineName });
    const output = Float32Array.from(session.run(given.input).data);
    const kernels = session.steps.map(({ kernel }) => kernel).join(' + ');
    return { session, output, bytes: bytesOf(given), kernels };
  };
  return {
    start: async (name) => {
      engine = name;
      (await compileLayer(firstLayer)).session.dispose();
      ceilings = await createCeilings(engines[name]);
    },
    prepare: async (layer, neighbours) => {
      for (const session of sessions) session.dispose();
      sessions = [];
      const prepared: PreparedLayer[] = [];
      for (const each of [layer, ...neighbours]) {
        const { session, ...first } = await compileLayer(each);
        sessions.push(session);
        prepared.push(first);
      }
      layerOfSessions = { bytes: prepared[0]?.bytes ?? 0, isOfIntegers: layer.type === 'int8' };
      return prepared;
    },
    measure: async (rounds, sampleMs) => {
      if (sessions.length === 0 || ceilings === undefined) throw new Error('nothing is prepared');
      return measureInTurns(sessions, layerOfSessions, ceilings, rounds, sampleMs);
    },
  };
}
