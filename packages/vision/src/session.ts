/** @file A compiled network, here or in a worker, with one way to run it. */
import type { Network } from '@sepconv/graph';
import { type CompileOptions, compile } from '@sepconv/kernels';
import { compileInWorker } from '@sepconv/kernels/worker';
import type { Tensor } from '@sepconv/tensor';
import { workerByDefault } from '#platform';

/** Where and how a network runs. */
export interface SessionOptions extends Pick<CompileOptions, 'engine' | 'threads'> {
  /**
   * Whether it runs in a worker, which keeps the page free. Default: in pages that let workers start, and not in Node; `true` fails where
   * none starts.
   */
  readonly worker?: boolean;
  /** Where `@sepconv/kernels/session-worker` lies, where the bundler does not find it: see `compileInWorker`. */
  readonly workerScript?: string | URL;
}

/** A compiled network. */
export interface VisionSession {
  /** The engine's name. */
  readonly engine: string;
  readonly isInWorker: boolean;
  /** All outputs by name, which are the caller's until the next run. */
  run(input: Tensor, signal?: AbortSignal): Promise<ReadonlyMap<string, Tensor>>;
  dispose(): void;
}

async function compileAway(
  network: Network,
  name: string,
  options: Parameters<typeof compileInWorker>[1],
): Promise<VisionSession> {
  const session = await compileInWorker(network, options);
  return {
    engine: session.engine.name,
    isInWorker: true,
    run: (input, signal) =>
      session.runAsync(new Map([[name, input]]), signal === undefined ? {} : { signal }),
    dispose: () => session.dispose(),
  };
}

/** Compiles a network with one input. */
export async function compileVision(
  network: Network,
  { worker, workerScript, ...options }: SessionOptions,
): Promise<VisionSession> {
  const [name = ''] = network.graph.inputs.map((input) => input.name);
  if (worker ?? workerByDefault) {
    const away = compileAway(network, name, { ...options, ...(workerScript && { workerScript }) });
    // Nobody asked for a worker: where a policy or a bundler keeps it from starting, the answer is the same here.
    if (worker === true || workerScript !== undefined) return away;
    const session = await away.catch(() => undefined);
    if (session !== undefined) return session;
  }
  const session = await compile(network, options);
  return {
    engine: session.engine.name,
    isInWorker: false,
    run: async (input, signal) => {
      signal?.throwIfAborted();
      return session.run(new Map([[name, input]]));
    },
    dispose: () => session.dispose(),
  };
}
