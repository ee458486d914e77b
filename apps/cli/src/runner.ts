import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { compileReadings, type Reading, type Readings } from './arithmetic.js';
import type { EngineChoice } from './commands/arguments.js';
import type { EngineReport } from './measure-graphs.js';

/** A network that is ready to run: the compiled engine, or the reference behind the same few functions. */
export interface Runner {
  readonly engine: EngineReport;
  /** The first output, valid until the next run. */
  run(input: Tensor): Tensor;
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
): Promise<{ readonly runner: Runner; readonly reading: Reading }> {
  if (engine !== 'reference') {
    const options = { engine, allowProcessFlags: true, ...(tune && { tune: 'full' as const }) };
    const { reading, session } = await compileReadings(readings, options);
    return { reading, runner: session };
  }
  const [{ arithmetic, imported }, ...others] = readings;
  const { network } = imported;
  const reason =
    others.length > 0 ? 'the reference takes it unless it is asked for integers' : arithmetic.reason;
  return {
    reading: { imported, arithmetic: { ...arithmetic, reason } },
    runner: {
      engine: { name: 'reference', reason: 'plain loops in float64, the definition of what is right' },
      run: (input) => runReference(network, input).get(network.graph.outputs[0] as string) as Tensor,
      dispose: () => {},
    },
  };
}
