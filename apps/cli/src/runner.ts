import type { SessionEngine } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { compileReadings, type Reading, type Readings } from './arithmetic.js';
import type { EngineChoice, ThreadsChoice } from './commands/arguments.js';
import { keepTuning, type TuneChoice, tuneOptions } from './tuning.js';

/** What computes in an engine's place. */
interface OtherEngine {
  readonly name: 'reference' | 'webgpu';
  readonly reason: string;
  readonly threads: 1;
}

/** What a command that classifies may be told to compute with. */
export type RunChoice = EngineChoice | 'reference' | 'webgpu';

/** A network that is ready to run: the compiled engine, or the reference or the GPU behind the same few functions. */
export interface Runner {
  readonly engine: SessionEngine | OtherEngine;
  /** The first output, valid until the next run. */
  run(input: Tensor): Tensor | Promise<Tensor>;
  /** Runs on what lies in the inputs, on one thread. */
  runAlone(): void;
  dispose(): void;
}

/** An engine with one more reason; its threads may change from run to run. */
function withReason(engine: SessionEngine, reason: string | undefined): SessionEngine {
  if (reason === undefined) return engine;
  return {
    name: engine.name,
    get reason() {
      return `${engine.reason}; ${reason}`;
    },
    get threads() {
      return engine.threads;
    },
  };
}

/**
 * Prepares a network of one input for an engine; of several readings of a model the engine takes the one that is faster here.
 * `reference` is the readable definition, a thousand times slower, and takes the first, as the GPU does. With `tune`, how kernels cut
 * their work is measured instead of estimated, or known from an earlier time.
 */
export async function prepareRunner(
  readings: Readings,
  engine: RunChoice,
  tune: TuneChoice = 'off',
  threads: ThreadsChoice = 1,
): Promise<{ readonly runner: Runner; readonly reading: Reading }> {
  if (engine !== 'reference' && engine !== 'webgpu') {
    const options = { engine, allowProcessFlags: true, threads, ...(await tuneOptions(tune)) };
    const { reading, session } = await compileReadings(readings, options);
    const tuned = await keepTuning(session);
    await session.ready();
    const runAlone = (): void => {
      for (const { units, run } of session.steps) run(0, units);
    };
    const { run, dispose } = session;
    return { reading, runner: { engine: withReason(session.engine, tuned), run, runAlone, dispose } };
  }
  const [{ arithmetic, imported }, ...others] = readings;
  const { network } = imported;
  const reason = others.length > 0 ? `${engine} takes it unless it is asked for integers` : arithmetic.reason;
  const reading = { imported, arithmetic: { ...arithmetic, reason } };
  // Loaded where it is asked for.
  if (engine === 'webgpu') return { reading, runner: await (await import('./gpu.js')).gpuRunner(network) };
  return {
    reading,
    runner: {
      engine: {
        name: 'reference',
        reason: 'plain loops in float64, the definition of what is right',
        threads: 1,
      },
      run: (input) => runReference(network, input).get(network.graph.outputs[0] as string) as Tensor,
      runAlone: () => {},
      dispose: () => {},
    },
  };
}
