/** @file Which of two backends is the faster one for a network, here, end to end. */

import { GpuError } from './errors.js';

/** A session of either backend. */
interface Backend<Input, Output> {
  run(input: Input): Output | Promise<Output>;
  dispose(): void;
}

/** What is chosen from. Both functions compile the same network. */
export interface FastestOptions<Input, Output> {
  readonly cpu: () => Promise<Backend<Input, Output>>;
  readonly gpu: () => Promise<Backend<Input, Output>>;
  /** What is run to measure: an input of the network's own shape. */
  readonly input: Input;
  /**
   * What was chosen before, as {@link Choice.kept} gave it, for this network and this GPU; then nothing is measured, unless that backend does
   * not run the network any more.
   */
  readonly kept?: KeptChoice | undefined;
  /** Milliseconds for which each backend is measured, once it is warm. Default 200. */
  readonly milliseconds?: number;
  /** A clock in milliseconds. Default `performance.now`. */
  readonly now?: () => number;
}

/** A choice as plain data, to be kept by the caller. */
export interface KeptChoice {
  readonly backend: 'cpu' | 'gpu';
  /** Milliseconds of a run, the median; absent where a backend does not run the network. */
  readonly cpuMs?: number;
  readonly gpuMs?: number;
}

/** What was chosen, and why. */
export interface Choice<Input, Output> {
  readonly session: Backend<Input, Output>;
  readonly backend: 'cpu' | 'gpu';
  readonly reason: string;
  readonly kept: KeptChoice;
}

/** Runs before a backend is taken to be warm. */
const warmRuns = 3;

/** Rounds in which both are measured in turns, so that what else the machine does hits both. */
const rounds = 4;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The sessions of both backends, or why one of them does not run the network. */
async function attempt<Input, Output>(
  compile: () => Promise<Backend<Input, Output>>,
  input: Input,
  runs = warmRuns,
) {
  try {
    const session = await compile();
    for (let run = 0; run < runs; run++) await session.run(input);
    return { session };
  } catch (error) {
    return { refusal: reasonOf(error), error };
  }
}

/** Times of single runs, each with its upload and read-back. */
async function timesOf<Input, Output>(
  session: Backend<Input, Output>,
  input: Input,
  milliseconds: number,
  now: () => number,
): Promise<number[]> {
  const times: number[] = [];
  const start = now();
  for (let before = start; before - start < milliseconds; ) {
    await session.run(input);
    const after = now();
    times.push(after - before);
    before = after;
  }
  return times;
}

/** Says what is wrong with options that no type checker has seen. */
function checkOptions<Input, Output>(options: FastestOptions<Input, Output>): void {
  if (typeof options !== 'object' || options === null)
    throw new GpuError('the options must be an object with cpu, gpu and input');
  for (const name of ['cpu', 'gpu', 'now'] as const) {
    if (name === 'now' && options.now === undefined) continue;
    if (typeof options[name] !== 'function')
      throw new GpuError(`the option ${name} must be a function, but is ${typeof options[name]}`);
  }
  const { milliseconds, kept } = options;
  if (milliseconds !== undefined && !(milliseconds > 0 && milliseconds < Infinity))
    throw new GpuError(`the option milliseconds must be a number above 0, not ${String(milliseconds)}`);
  if (kept !== undefined && kept?.backend !== 'cpu' && kept?.backend !== 'gpu')
    throw new GpuError('the option kept must be what an earlier choice has as kept');
}

/**
 * Compiles a network for the CPU and for the GPU, measures both on this machine, end to end with upload and read-back, and keeps the
 * faster one. Where one of them cannot run the network the other is taken, and the reason says why.
 *
 * @throws what the CPU's `compile` throws, where neither can run it.
 *
 * @example
 * const { session, reason } = await fastest({ cpu: () => kernels.compile(network), gpu: () => webgpu.compile(network), input });
 */
export async function fastest<Input, Output>(
  options: FastestOptions<Input, Output>,
): Promise<Choice<Input, Output>> {
  checkOptions(options);
  const { cpu, gpu, input, kept, milliseconds = 200, now = () => performance.now() } = options;
  if (kept !== undefined) {
    const again = await attempt(kept.backend === 'gpu' ? gpu : cpu, input, 0);
    if (again.session !== undefined)
      return {
        session: again.session,
        backend: kept.backend,
        reason: `${kept.backend}, as was measured before`,
        kept,
      };
  }
  const [onCpu, onGpu] = [await attempt(cpu, input), await attempt(gpu, input)];
  if (onCpu.session === undefined && onGpu.session === undefined) throw onCpu.error;
  if (onCpu.session === undefined || onGpu.session === undefined) {
    const backend = onCpu.session === undefined ? 'gpu' : 'cpu';
    const session = (onCpu.session ?? onGpu.session) as Backend<Input, Output>;
    const other = onCpu.refusal ?? onGpu.refusal;
    return {
      session,
      backend,
      reason: `${backend}, because the other one does not run it: ${other}`,
      kept: { backend },
    };
  }
  const times = { cpu: [] as number[], gpu: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.cpu.push(...(await timesOf(onCpu.session, input, milliseconds / rounds, now)));
    times.gpu.push(...(await timesOf(onGpu.session, input, milliseconds / rounds, now)));
  }
  const [cpuMs, gpuMs] = [median(times.cpu), median(times.gpu)];
  const backend = gpuMs < cpuMs ? 'gpu' : 'cpu';
  const [session, other] =
    backend === 'gpu' ? [onGpu.session, onCpu.session] : [onCpu.session, onGpu.session];
  other.dispose();
  const reason = `${backend}: ${gpuMs.toFixed(2)} ms on the GPU, ${cpuMs.toFixed(2)} ms on the CPU, with upload and read-back`;
  return { session, backend, reason, kept: { backend, cpuMs, gpuMs } };
}
