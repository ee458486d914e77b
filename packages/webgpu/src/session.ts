/** @file A network on the GPU: compiled once, run as often as one likes with one submission each. */
import type { GraphInput, Network } from '@sepconv/graph';
import { createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { mapForReading, usage } from './buffer-usage.js';
import { checked } from './checked.js';
import { type Adapter, adapterOf, listenForLoss, requestDevice, whileAlive } from './device.js';
import { GpuError } from './errors.js';
import { type GpuInput, upload } from './inputs.js';
import { Pictures } from './pictures.js';
import type { CompileProgress } from './pipelines.js';
import {
  type Dispatch,
  type GpuCosts,
  type GpuStep,
  type Prepared,
  prepare,
  type Range,
  type WeightStorage,
} from './prepare.js';
import { timeDispatches } from './profile.js';

/** How a network is compiled for the GPU. */
export interface GpuOptions extends CompileProgress, WeightStorage {
  /** The device to run on. By default one of the browser's own, which ends with the session. */
  readonly device?: GPUDevice;
}

/** A run whose results stay on the GPU. */
export interface GpuRun {
  /**
   * Where each output will lie, as float32: ranges of the session's own buffers, which may be bound or copied from by whatever is submitted to
   * the same device afterwards, until the next run overwrites them.
   */
  readonly outputs: ReadonlyMap<string, GpuRange>;
  /** Resolves when the GPU has finished the run; rejects with a {@link GpuError} when the device refuses it or is lost. */
  readonly finished: Promise<void>;
}

/** A range of a buffer. */
export type GpuRange = Range;

/** A compiled network. */
export interface GpuSession {
  readonly adapter: Adapter;
  /** The device that it runs on, which whatever goes on with its results needs. */
  readonly device: GPUDevice;
  readonly costs: GpuCosts;
  /** The dispatches of a run, in order. */
  readonly steps: readonly GpuStep[];
  /**
   * Runs the network; several runs may be under way.
   *
   * @param input the input of a network that has one.
   * @returns the first output.
   * @throws {GpuError} when an input does not fit, the session is disposed, or the device is lost.
   */
  run(input: GpuInput): Promise<Tensor<'float32'>>;
  /** As above, with inputs and outputs by name. */
  run(inputs: ReadonlyMap<string, GpuInput>): Promise<ReadonlyMap<string, Tensor<'float32'>>>;
  /**
   * Runs the network and reads nothing back.
   *
   * @throws {GpuError} as `run` does.
   */
  submit(input: GpuInput | ReadonlyMap<string, GpuInput>): GpuRun;
  /**
   * Runs the network with each dispatch by itself, and tells how long each took by the device's clock.
   *
   * @returns microseconds, in the order of `steps`. Browsers round them.
   * @throws {GpuError} as `run` does, and when the device has not the feature `timestamp-query`.
   */
  profile(input: GpuInput | ReadonlyMap<string, GpuInput>): Promise<readonly number[]>;
  /** Frees its memory, and its device if it is the session's own. */
  dispose(): void;
}

/** Bytes of an output where results are read, in whole vectors. */
const stagedBytes = ({ shape }: GraphInput): number => Math.ceil(elementCount(shape) / 4) * 16;

function encodeDispatches(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { pipeline, group, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...workgroups);
  }
}

class Session implements GpuSession {
  readonly adapter: Adapter;
  readonly device: GPUDevice;
  readonly costs: GpuCosts;
  readonly steps: readonly GpuStep[];
  readonly #isOwner: boolean;
  readonly #prepared: Prepared;
  readonly #pictures: Pictures;
  /** Buffers in which results have been read, for the next run. */
  readonly #staging: GPUBuffer[] = [];
  readonly #stopListening: () => void;
  /** Why it does not run any more. */
  #end: string | undefined;

  constructor(device: GPUDevice, isOwner: boolean, prepared: Prepared) {
    this.device = device;
    this.#isOwner = isOwner;
    this.#prepared = prepared;
    this.#pictures = new Pictures(device);
    this.costs = prepared.costs;
    this.steps = prepared.dispatches.map(({ pipeline: _, group: __, ...step }) => step);
    this.adapter = adapterOf(device.adapterInfo);
    this.#stopListening = listenForLoss(device, (why) => {
      this.#end ??= why;
    });
  }

  run(input: GpuInput): Promise<Tensor<'float32'>>;
  run(inputs: ReadonlyMap<string, GpuInput>): Promise<ReadonlyMap<string, Tensor<'float32'>>>;
  async run(given: GpuInput | ReadonlyMap<string, GpuInput>): Promise<Tensor | ReadonlyMap<string, Tensor>> {
    const { given: staging, settled } = this.#submit(given, () => this.#staging.pop() ?? this.#newStaging());
    try {
      await Promise.all([staging.mapAsync(mapForReading), settled]);
    } catch (cause) {
      staging.destroy();
      throw await this.#failure(cause);
    }
    const results = this.#read(staging);
    staging.unmap();
    if (this.#end === undefined) this.#staging.push(staging);
    else staging.destroy();
    return given instanceof Map ? results : (results.values().next().value as Tensor);
  }

  submit(given: GpuInput | ReadonlyMap<string, GpuInput>): GpuRun {
    const { settled } = this.#submit(given, () => undefined);
    const finished = Promise.all([this.device.queue.onSubmittedWorkDone(), settled]).then(
      () => this.#expectAlive(),
      async (cause: unknown) => {
        throw await this.#failure(cause);
      },
    );
    // Whoever does not wait for a run need not hear of its failure: the next one fails as well.
    finished.catch(() => {});
    const { plan, rangeOf } = this.#prepared;
    const outputs = new Map(
      plan.outputs.map(({ name, source, type }): [string, Range] => {
        const { buffer, offset } = rangeOf(source);
        return [name, { buffer, offset, size: 4 * elementCount(type.shape) }];
      }),
    );
    return { outputs, finished };
  }

  async profile(given: GpuInput | ReadonlyMap<string, GpuInput>): Promise<readonly number[]> {
    this.#expectAlive();
    try {
      upload(this.device, this.#prepared, this.#pictures, given);
      return await timeDispatches(this.device, this.#prepared.dispatches);
    } catch (cause) {
      throw await this.#failure(cause);
    }
  }

  dispose(): void {
    this.#end ??= 'this session is disposed';
    this.#stopListening();
    this.#prepared.dispose();
    this.#pictures.dispose();
    for (const buffer of this.#staging.splice(0)) buffer.destroy();
    if (this.#isOwner) this.device.destroy();
  }

  #expectAlive(): void {
    if (this.#end !== undefined) throw new GpuError(`${this.#end}: compile the network again`);
  }

  /** What a run came to nothing for. Why a device ended is told in another promise, at about the same time. */
  async #failure(cause: unknown): Promise<GpuError> {
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve))]);
    if (this.#end !== undefined) return new GpuError(`${this.#end}: compile the network again`, { cause });
    if (cause instanceof GpuError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new GpuError(`the results could not be read (${reason}): compile the network again`, { cause });
  }

  #newStaging(): GPUBuffer {
    const size = this.#prepared.plan.outputs.reduce((sum, { type }) => sum + stagedBytes(type), 0);
    return this.device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
  }

  /** Uploads, computes, and copies the results to where they are read, if they are to be. */
  #submit<Staging extends GPUBuffer | undefined>(
    given: GpuInput | ReadonlyMap<string, GpuInput>,
    stage: () => Staging,
  ) {
    this.#expectAlive();
    const { dispatches, plan, rangeOf } = this.#prepared;
    return checked(this.device, 'the GPU refuses to run', () => {
      upload(this.device, this.#prepared, this.#pictures, given);
      const encoder = this.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodeDispatches(pass, dispatches);
      pass.end();
      const staging = stage();
      let target = 0;
      if (staging !== undefined)
        for (const { source, type } of plan.outputs) {
          const { buffer, offset } = rangeOf(source);
          encoder.copyBufferToBuffer(buffer, offset, staging, target, 4 * elementCount(type.shape));
          target += stagedBytes(type);
        }
      this.device.queue.submit([encoder.finish()]);
      return staging;
    });
  }

  /** The outputs, from a buffer that is mapped. */
  #read(staging: GPUBuffer): ReadonlyMap<string, Tensor<'float32'>> {
    const bytes = staging.getMappedRange();
    let offset = 0;
    return new Map(
      this.#prepared.plan.outputs.map(({ name, type }): [string, Tensor<'float32'>] => {
        const data = new Float32Array(bytes.slice(offset, offset + 4 * elementCount(type.shape)));
        offset += stagedBytes(type);
        return [name, createTensor('float32', type.shape, data)];
      }),
    );
  }
}

/** Says what is wrong with options that no type checker has seen. */
function checkOptions(options: GpuOptions): void {
  const refuse = (what: string, given: unknown): never => {
    throw new GpuError(
      `${what}, but is ${typeof given === 'string' ? `"${given}"` : given === null ? 'null' : typeof given}`,
    );
  };
  if (typeof options !== 'object' || options === null) refuse('the options must be an object', options);
  const { device, weights, signal, onProgress } = options;
  if (device !== undefined && typeof (device as GPUDevice | null)?.createBuffer !== 'function')
    refuse('the option device must be a GPUDevice', device);
  if (weights !== undefined && weights !== 'float32' && weights !== 'float16')
    refuse('the option weights must be "float32" or "float16"', weights);
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.addEventListener !== 'function')
    refuse('the option signal must be an AbortSignal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    refuse('the option onProgress must be a function', onProgress);
}

/**
 * Compiles a network for the GPU. Pipelines compile in parallel and without blocking; a shader that several layers share is compiled once.
 *
 * @throws {GpuError} when there is no WebGPU, when the network has something that does not run there, or when it is too large for
 * the device, naming the node or the limit.
 *
 * @example
 * const session = await compile(network);
 * const scores = await session.run(image);
 */
export async function compile(network: Network, options: GpuOptions = {}): Promise<GpuSession> {
  checkOptions(options);
  options.signal?.throwIfAborted();
  const device = options.device ?? (await requestDevice());
  const isOwner = options.device === undefined;
  try {
    return new Session(device, isOwner, await whileAlive(device, prepare(device, network, options)));
  } catch (error) {
    if (isOwner) device.destroy();
    throw error;
  }
}
