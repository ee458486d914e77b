import type { SessionEngine } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { compileReadings, type Reading, type Readings } from './arithmetic.js';
import type { EngineChoice, ThreadsChoice } from './commands/arguments.js';

/** The reference in an engine's place. */
interface ReferenceEngine {
  readonly name: 'reference';
  readonly reason: string;
  readonly threads: 1;
}

/** A network that is ready to run: the compiled engine, or the reference behind the same few functions. */
export interface Runner {
  readonly engine: SessionEngine | ReferenceEngine;
  /** The first output, valid until the next run. */
  run(input: Tensor): Tensor;
  /** Runs on what lies in the inputs, on one thread. */
  runAlone(): void;
  dispose(): void;
}

/**
 * Prepares a network of one input for an engine; of several readings of a model the engine takes the one that is faster here.
 * `reference` is the readable definition, a thousand times slower, and takes the first. With `tune`, how kernels cut
 * their work, and which run together, is measured instead of estimated.
 */
export async function prepareRunner(
  readings: Readings,
  engine: EngineChoice | 'reference',
  tune = false,
  threads: ThreadsChoice = 1,
): Promise<{ readonly runner: Runner; readonly reading: Reading }> {
  if (engine !== 'reference') {
    const options = { engine, allowProcessFlags: true, threads, ...(tune && { tune: 'full' as const }) };
    const { reading, session } = await compileReadings(readings, options);
    await session.ready();
    const runAlone = (): void => {
      for (const { units, run } of session.steps) run(0, units);
    };
    const { run, dispose } = session;
    return { reading, runner: { engine: session.engine, run, runAlone, dispose } };
  }
  const [{ arithmetic, imported }, ...others] = readings;
  const { network } = imported;
  const reason =
    others.length > 0 ? 'the reference takes it unless it is asked for integers' : arithmetic.reason;
  return {
    reading: { imported, arithmetic: { ...arithmetic, reason } },
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
