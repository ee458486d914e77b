import { type Network, namedInputs, type Weights } from '@sepconv/graph';
import { createTensor, elementCount, type Tensor, viewTypedArray } from '@sepconv/tensor';
import { withByteProducts } from './engines/byte-products.js';
import { type ChosenEngine, chooseEngine } from './engines/choose.js';
import { EngineError } from './errors.js';
import { instantiatePlan, type PlannedInstance, type Runnable } from './instantiate.js';
import { applyChoices } from './plan/apply-choices.js';
import { type Choices, readChoices } from './plan/choices.js';
import { type EngineName, engines } from './plan/engine.js';
import { type PlacedValue, type Plan, planNetwork } from './plan/plan.js';
import type { FusedGroups, Fusion, FusionLimits } from './plan/strips.js';
import { oneThread, severalThreads, type Threading } from './plan/threads.js';
import { expectThreads } from './threads/load.js';
import type { Effort, Tuning } from './tune/tune-network.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Which engine runs; `'auto'`, the default, takes the fastest that passes its self-check here. */
  readonly engine?: EngineName | 'auto';
  /**
   * Whether `'auto'` may turn on a flag of V8 for the whole process, which the engine `wide` needs. Default `false`; has no
   * effect outside Node 24 or later.
   */
  readonly allowProcessFlags?: boolean;
  /**
   * Whether a depthwise convolution runs in strips together with the pointwise ones around it: `'auto'`, the default, where
   * that is estimated or was tuned to be faster; `'on'` wherever it can; `'off'` never. The results are the same bits.
   */
  readonly fusion?: Fusion;
  /**
   * Measures how kernels cut their work best on this machine, on the network's own shapes: `'quick'` for at most 0.3 seconds, `'full'`
   * until all is tried, some seconds; that measures, too, what runs in strips. What is found is the session's `choices`. The results are
   * the same bits. By default nothing is measured.
   */
  readonly tune?: Effort;
  /**
   * What an earlier session's `tune` has found, as it was or from JSON, of this network or another. Given alone they are used as they
   * are: those of another machine are right, but may be slower. Of a list, or with `tune`, the first ones of this machine are taken, by
   * what is measured of it in about 50 milliseconds; `tune` then measures only what they do not know.
   */
  readonly choices?: Choices | readonly Choices[];
  /**
   * How many threads run the network, the caller's included: a number from 1 to 64, or `'auto'` for as many as there are cores
   * and steps that are worth it. Default 1. They share the session's memory, and the results are the same bits. Where there can
   * be no threads one runs, and `engine.reason` says why.
   */
  readonly threads?: number | 'auto';
  /**
   * Where the script of a thread lies, `@sepconv/kernels/thread` bundled by itself, in a page whose bundler does not find it (esbuild
   * does not). Default: `thread.js` beside the bundle. Of no use in Node.
   */
  readonly threadScript?: string | URL;
}

/** The engine that a session runs on, and its threads. */
export interface SessionEngine extends ChosenEngine {
  /**
   * Threads that the next run takes: those that have started by now. One that is lost is replaced, and `reason` tells it.
   */
  readonly threads: number;
}

/** A step of a session, for whoever runs or measures steps one by one. */
export interface Step {
  /** The nodes of the network that it computes, in order. */
  readonly nodes: readonly string[];
  readonly kernel: string;
  /** Independent units of work. */
  readonly units: number;
  /**
   * Runs the units from `first` to before `end`.
   *
   * @throws {EngineError} when these are no whole numbers from 0 to `units`, or the session is disposed.
   */
  run(first: number, end: number): void;
}

/** What a session takes in memory, in bytes. */
export interface SessionMemory {
  /** All of it: zeros, packed weights and the arena. */
  readonly bytes: number;
  readonly weightBytes: number;
  /** The arena: the peak of all activations, inputs and outputs included. */
  readonly arenaBytes: number;
}

/** A compiled network with its memory. */
export interface Session {
  readonly engine: SessionEngine;
  readonly memory: SessionMemory;
  /**
   * The inputs as views into the session's memory, typed as the network takes them; a run may overwrite them. With several
   * threads all views lie in shared memory.
   */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /**
   * The outputs as views into the session's memory, valid until the next run. Quantized ones know what their integers stand
   * for: `toFloat32` gives the real numbers. After a run in which a thread was lost they are others.
   */
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly steps: readonly Step[];
  /**
   * Runs a network with one input on a tensor, and returns the first output: a view that the next run overwrites.
   *
   * @throws {EngineError} when the network has several inputs, the input's shape or type is not the network's, or the session
   * is disposed.
   * @throws {TensorError} when the input's array has more or fewer elements than its shape. Nothing was copied then.
   */
  run(input: Tensor): Tensor;
  /**
   * Runs the network on inputs by name, or without any on what lies in `inputs`, and returns the outputs by name: views that
   * the next run overwrites.
   *
   * @throws {EngineError} as above, and when an input is missing or unknown.
   */
  run(inputs?: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>;
  /** What tuning has found, or what was taken of those given to {@link compile}; absent without. */
  readonly choices?: Choices;
  /** What became of `tune`, and of choices that were given with it or as a list; absent without. */
  readonly tuning?: Tuning;
  /** When all threads have started, or it is known that they do not. Nobody has to wait: until then runs take one thread. */
  ready(): Promise<void>;
  /** Frees the memory; the session cannot run again. */
  dispose(): void;
}

/** Views of values in a memory, by their names. */
function viewsOf(values: readonly PlacedValue[], { buffer }: WebAssembly.Memory): Map<string, Tensor> {
  return new Map(
    values.map(({ name, shape, dtype, quantization, address }) => {
      const data = viewTypedArray(dtype, buffer, address, elementCount(shape));
      return [name, createTensor(dtype, shape, data as never, quantization) as Tensor];
    }),
  );
}

/** Other ranges would read and write beyond the step's values. */
function checkUnits(nodes: readonly string[], units: number, first: number, end: number): void {
  if (Number.isInteger(first) && Number.isInteger(end) && 0 <= first && first <= end && end <= units) return;
  throw new EngineError(
    `the step of ${nodes.map((node) => `"${node}"`).join(', ')} has the units 0 to ${units}, but was asked for ${first} to ${end}: give two whole numbers in this range, the lesser one first`,
  );
}

const fusions: readonly unknown[] = ['auto', 'on', 'off', undefined];
const efforts: readonly unknown[] = ['quick', 'full', undefined];

/** @throws {EngineError} naming the option and what it may be; the engine's name is checked where it is chosen. */
function checkOptions(options: CompileOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new EngineError(`options must be an object, but are ${String(options)}`);
  }
  const { threads = 1, fusion, tune, allowProcessFlags } = options;
  expectThreads(threads);
  if (!fusions.includes(fusion)) {
    throw new EngineError(`fusion must be 'auto', 'on' or 'off', but is ${JSON.stringify(fusion)}`);
  }
  if (!efforts.includes(tune)) {
    throw new EngineError(`tune must be 'quick' or 'full', or left out, but is ${JSON.stringify(tune)}`);
  }
  if (allowProcessFlags !== undefined && typeof allowProcessFlags !== 'boolean') {
    throw new EngineError(
      `allowProcessFlags must be true or false, but is ${JSON.stringify(allowProcessFlags)}`,
    );
  }
}

/**
 * Compiles a network to WebAssembly specialized to its shapes, and packs its weights.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it cannot run in this engine, or the choices are damaged.
 *
 * @example
 * const session = await compile(network);
 * const probabilities = session.run(image);
 */
export async function compile(network: Network, options: CompileOptions = {}): Promise<Session> {
  return compilePlanned(network, options);
}

/** As {@link compile}, with the plan. */
export async function compilePlanned(
  network: Network,
  options: CompileOptions = {},
): Promise<PlannedSession> {
  checkOptions(options);
  const { threads = 1, threadScript } = options;
  const engine = await chooseEngine(options.engine ?? 'auto', options.allowProcessFlags ?? false);
  const { choices, tuning } = await chosen(network, engine, options);
  const session = await compileFor(engine, network, {
    fusion: options.fusion,
    choices,
    threads,
    threadScript,
  });
  return { ...session, ...(choices && { choices }), ...(tuning && { tuning }) };
}

/** What was given, or is measured; that is loaded only where it is asked for. */
async function chosen(
  network: Network,
  { name }: ChosenEngine,
  { tune, choices }: CompileOptions,
): Promise<{ readonly choices?: Choices; readonly tuning?: Tuning }> {
  const given = (Array.isArray(choices) ? choices : choices === undefined ? [] : [choices]).map(readChoices);
  const [first] = given;
  if (first === undefined && tune === undefined) return {};
  if (first !== undefined && tune === undefined && !Array.isArray(choices)) return { choices: first };
  const { takeChoices, tuneNetwork } = await import('./tune/tune-network.js');
  const engine = await withByteProducts(engines[name]);
  return tune === undefined ? takeChoices(network, engine, given) : tuneNetwork(network, engine, tune, given);
}

/** A session with the plan that it runs, which may look otherwise in any release. */
export interface PlannedSession extends Session {
  readonly plan: Plan;
  /** Runs on what lies in the inputs, and gives the milliseconds of each step, of all threads together; none with one thread. */
  timeSteps?(): readonly number[];
}

/** Decisions of {@link compileFor}. */
export interface PlannedOptions {
  readonly fusion?: Fusion | FusedGroups | undefined;
  /** Where `'auto'` fuses and how strips are cut. */
  readonly limits?: FusionLimits | undefined;
  /** What was measured to be best. */
  readonly choices?: Choices | undefined;
  /** As in {@link CompileOptions}. */
  readonly threads?: number | 'auto' | undefined;
  readonly threadScript?: string | URL | undefined;
  /** When a step is shared out among several threads; by default where that is faster. */
  readonly threading?: Threading | undefined;
}

/** As {@link compile}, for a chosen engine. */
export async function compileFor(
  engine: ChosenEngine,
  network: Network,
  options: PlannedOptions = {},
): Promise<PlannedSession> {
  const { fusion, limits, choices, threads = 1, threadScript, threading = severalThreads } = options;
  const applied = applyChoices(await withByteProducts(engines[engine.name]), choices);
  const plan = (isShared: boolean): Plan =>
    planNetwork(network, applied.engine, fusion ?? applied.fused, limits, isShared ? threading : oneThread);
  if (threads === 1) return compilePlan(engine, plan(false), network.weights);
  // Loaded only where it is asked for.
  const { instantiateThreaded } = await import('./threads/threaded-instance.js');
  const threaded = await instantiateThreaded(plan, network.weights, threads, threadScript);
  return sessionOf(engine, threaded);
}

/**
 * The last half of {@link compileFor}, for one thread: a session of a plan for this engine.
 *
 * @param weights of the network that was planned.
 */
export async function compilePlan(
  engine: ChosenEngine,
  plan: Plan,
  weights: Weights,
): Promise<PlannedSession> {
  return sessionOf(engine, { plan, instance: await instantiatePlan(plan, weights) });
}

/** A session of what runs a plan. */
function sessionOf(chosen: ChosenEngine, { plan, instance, threads }: PlannedInstance): PlannedSession {
  let alive: Runnable | undefined = instance;
  let { memory } = instance;
  const inputs = viewsOf(plan.inputs, memory);
  const outputs = viewsOf(plan.outputs, memory);
  let [firstOutput] = outputs.values();
  const expectAlive = (): Runnable => {
    if (alive === undefined) throw new EngineError('this session is disposed: compile the network again');
    return alive;
  };
  const runAll = (): void => {
    const runnable = expectAlive();
    runnable.run();
    if (runnable.memory === memory) return;
    // A thread was lost, and may still write into the memory that it knows.
    memory = runnable.memory;
    for (const [name, view] of viewsOf(plan.outputs, memory)) outputs.set(name, view);
    [firstOutput] = outputs.values();
  };
  function run(input: Tensor): Tensor;
  function run(named?: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>;
  function run(given: Tensor | ReadonlyMap<string, Tensor> = inputs): Tensor | ReadonlyMap<string, Tensor> {
    expectAlive();
    // Nothing is copied before all of them are known to fit.
    const named = given === inputs ? [] : namedInputs(plan.inputs, given, EngineError);
    for (const [name, { data }] of named) {
      const view = inputs.get(name) as Tensor;
      if (view.data !== data) view.data.set(data);
    }
    runAll();
    return 'dtype' in given ? (firstOutput as Tensor) : new Map(outputs);
  }
  return {
    engine: {
      name: chosen.name,
      get reason() {
        const report = threads?.report ?? '';
        return report === '' ? chosen.reason : `${chosen.reason}; ${report}`;
      },
      get threads() {
        return threads?.count ?? 1;
      },
    },
    plan,
    memory: {
      bytes: threads?.memoryBytes ?? plan.memoryBytes,
      weightBytes: plan.weightBytes,
      arenaBytes: plan.arenaBytes,
    },
    inputs,
    outputs,
    steps: plan.steps.map(({ nodes, kernel, units }, index) => ({
      nodes,
      kernel: kernel.name,
      units,
      run: (first, end) => {
        const { steps } = expectAlive();
        checkUnits(nodes, units, first, end);
        steps[index]?.(first, end);
      },
    })),
    run,
    ...(threads && {
      timeSteps: () => {
        expectAlive();
        return threads.timeSteps();
      },
    }),
    ready: async () => threads?.ready(),
    dispose: () => {
      if (alive !== undefined) threads?.leave();
      alive = undefined;
      inputs.clear();
      outputs.clear();
    },
  };
}
