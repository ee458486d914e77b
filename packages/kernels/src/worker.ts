/**
 * @file Sessions in workers of their own, so that neither compiling nor running keeps a page, or a server, from anything else.
 */

import { type GraphInput, type Network, namedInputs, validateNetwork } from '@sepconv/graph';
import { SepconvError, type Tensor } from '@sepconv/tensor';
import { startWorker } from '#start-worker';
import { EngineError } from './errors.js';
import type { CompileOptions, SessionEngine, SessionMemory } from './session.js';
import {
  type EngineState,
  fromSent,
  fromSentError,
  type SentTensor,
  type SessionAnswer,
  type SessionRequest,
  toSent,
} from './worker/messages.js';

/** Options of {@link compileInWorker}. */
export interface WorkerOptions extends CompileOptions {
  /**
   * Where the worker's script lies, `@sepconv/kernels/session-worker` bundled by itself, where the bundler does not find it (esbuild
   * does not). Default: `session-worker.js` beside the bundle, in Node `session-worker.node.js`.
   */
  readonly workerScript?: string | URL;
}

/** Options of a run. */
export interface RunOptions {
  /** Aborted, a run that has not begun is none: its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Whether inputs are given away instead of being copied; their arrays are empty afterwards. Default `false`. Arrays in shared memory
   * are never copied, and are read when the run begins.
   */
  readonly transfer?: boolean;
}

/** A compiled network in a worker. */
export interface WorkerSession {
  /** As the worker last told. */
  readonly engine: SessionEngine;
  readonly memory: SessionMemory;
  /** What runs take. */
  readonly inputs: readonly GraphInput[];
  /**
   * Runs a network with one input on a tensor, and gives the first output, which is the caller's own. Runs that are asked for
   * while another one is on wait in line.
   *
   * @throws {EngineError} when the network has several inputs, the input's shape or type is not the network's, the session
   * is disposed, or its worker has ended.
   * @throws {TensorError} when the input's array has more or fewer elements than its shape.
   */
  runAsync(input: Tensor, options?: RunOptions): Promise<Tensor>;
  /**
   * Runs the network on inputs by name, and gives the outputs by name.
   *
   * @throws {EngineError} as above, and when an input is missing or unknown.
   */
  runAsync(inputs: ReadonlyMap<string, Tensor>, options?: RunOptions): Promise<ReadonlyMap<string, Tensor>>;
  /** When all threads have started, or it is known that they do not. */
  ready(): Promise<void>;
  /** Ends the worker. What waits in line is rejected, and what runs as well. */
  dispose(): void;
}

/** Something asked for, and who waits for it. */
interface Task {
  readonly request: () => { readonly request: SessionRequest; readonly transfer: readonly ArrayBuffer[] };
  resolve(answer: SessionAnswer): void;
  reject(error: unknown): void;
}

/** A worker and what it is asked for, one after the other. */
class TaskQueue {
  readonly #worker: ReturnType<typeof startWorker>;
  #waiting: Task[] = [];
  #present: Task | undefined;
  #end: string | undefined;

  constructor(script: string | URL | undefined) {
    this.#worker = startWorker(script, {
      answered: (answer) => this.#answered(answer),
      ended: (reason) =>
        this.end(`the worker of this session has ended: ${reason}; compile the network again`),
    });
  }

  /** Asks for something, when its turn has come and nobody has changed his mind. */
  ask<Kind extends SessionAnswer['kind']>(
    request: Task['request'],
    signal?: AbortSignal,
  ): Promise<SessionAnswer & { kind: Kind }> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#end !== undefined) throw new EngineError(this.#end);
      const task = { request, resolve: resolve as Task['resolve'], reject };
      this.#waiting.push(task);
      signal?.addEventListener('abort', () => this.#abort(task, signal), { once: true });
      this.#next();
    });
  }

  #abort(task: Task, { reason }: AbortSignal): void {
    const position = this.#waiting.indexOf(task);
    if (position < 0) return;
    this.#waiting.splice(position, 1);
    task.reject(reason);
  }

  #next(): void {
    if (this.#present !== undefined) return;
    this.#present = this.#waiting.shift();
    this.#worker.keepAlive(this.#present !== undefined);
    if (this.#present === undefined) return;
    try {
      const { request, transfer } = this.#present.request();
      this.#worker.send(request, transfer);
    } catch (error) {
      // What cannot be sent is no option and no tensor.
      const told =
        error instanceof SepconvError
          ? error
          : new EngineError(`a worker cannot be given this: ${String(error)}`, { cause: error });
      this.#settle((task) => task.reject(told));
    }
  }

  #answered(answer: SessionAnswer): void {
    if (answer.kind === 'failed') this.#settle((task) => task.reject(fromSentError(answer.error)));
    else this.#settle((task) => task.resolve(answer));
  }

  #settle(tell: (task: Task) => void): void {
    const task = this.#present;
    this.#present = undefined;
    if (task !== undefined) tell(task);
    this.#next();
  }

  /** Ends the worker, once. */
  end(reason: string): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#worker.end();
    for (const { reject } of [...(this.#present ? [this.#present] : []), ...this.#waiting]) {
      reject(new EngineError(reason));
    }
    this.#present = undefined;
    this.#waiting = [];
  }
}

/** An array that can travel: by itself, or what all of its memory is for. */
function withoutRest(tensor: Tensor): Tensor {
  const { data } = tensor;
  const isWhole = data.byteLength === data.buffer.byteLength || !(data.buffer instanceof ArrayBuffer);
  return isWhole ? tensor : ({ ...tensor, data: data.slice() } as Tensor);
}

/** The request to run on these inputs, and the memory that goes with it. */
function runRequest(inputs: ReadonlyMap<string, Tensor>, isGiven: boolean): ReturnType<Task['request']> {
  const sent = [...inputs].map(([name, tensor]) => [name, toSent(withoutRest(tensor))] as const);
  const buffers = sent.flatMap(([, tensor]) => ('data' in tensor ? [tensor.data.buffer] : []));
  const transfer = isGiven
    ? [...new Set(buffers)].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer)
    : [];
  return { request: { kind: 'run', inputs: sent }, transfer };
}

/**
 * Compiles a network in a worker, which keeps it and runs it. Options are those of `compile`; with `threads` the worker has threads of
 * its own.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it cannot run in this engine, or there is no worker.
 *
 * @example
 * const session = await compileInWorker(network, { threads: 'auto' });
 * const probabilities = await session.runAsync(image);
 */
export async function compileInWorker(network: Network, options: WorkerOptions = {}): Promise<WorkerSession> {
  validateNetwork(network);
  if (typeof options !== 'object' || options === null) {
    throw new EngineError(`options must be an object, but is ${String(options)}`);
  }
  const { workerScript, ...compileOptions } = options;
  const queue = new TaskQueue(workerScript);
  try {
    const weights = [...network.weights].map(([name, tensor]) => [name, toSent(tensor)] as const);
    const request = { kind: 'compile', graph: network.graph, weights, options: compileOptions } as const;
    const compiled = await queue.ask<'compiled'>(() => ({ request, transfer: [] }));
    return sessionOf(queue, compiled);
  } catch (error) {
    queue.end('this session was never compiled');
    throw error;
  }
}

function sessionOf(
  queue: TaskQueue,
  { engine: first, memory, inputs }: SessionAnswer & { kind: 'compiled' },
): WorkerSession {
  let state: EngineState = first;
  const tensors = (outputs: readonly (readonly [string, SentTensor])[]): Map<string, Tensor> =>
    new Map(outputs.map(([name, sent]) => [name, fromSent(sent)]));
  async function runAsync(input: Tensor, options?: RunOptions): Promise<Tensor>;
  async function runAsync(
    named: ReadonlyMap<string, Tensor>,
    options?: RunOptions,
  ): Promise<ReadonlyMap<string, Tensor>>;
  async function runAsync(
    given: Tensor | ReadonlyMap<string, Tensor>,
    { signal, transfer = false }: RunOptions = {},
  ): Promise<Tensor | ReadonlyMap<string, Tensor>> {
    const named = namedInputs(inputs, given, EngineError);
    const answer = await queue.ask<'ran'>(() => runRequest(named, transfer), signal);
    state = answer.engine;
    const outputs = tensors(answer.outputs);
    return 'dtype' in given ? (outputs.values().next().value as Tensor) : outputs;
  }
  return {
    get engine() {
      return state as SessionEngine;
    },
    memory,
    inputs: inputs.map(({ name, shape, dtype, quantization }) => ({
      name,
      shape,
      dtype,
      ...(quantization && { quantization }),
    })),
    runAsync,
    ready: async () => {
      ({ engine: state } = await queue.ask<'ready'>(() => ({ request: { kind: 'ready' }, transfer: [] })));
    },
    dispose: () => queue.end('this session is disposed: compile the network again'),
  };
}
