import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
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
 * Prepares a network of one input for an engine; `reference` is the readable definition, a thousand times slower. With
 * `tune`, which convolutions run together is measured instead of estimated.
 */
export async function prepareRunner(
  network: Network,
  engine: EngineChoice | 'reference',
  tune = false,
): Promise<Runner> {
  if (engine !== 'reference') {
    const fusion = tune ? 'tune' : 'auto';
    return compile(network, { engine, allowProcessFlags: true, fusion });
  }
  return {
    engine: { name: 'reference', reason: 'plain loops in float64, the definition of what is right' },
    run: (input) => runReference(network, input).get(network.graph.outputs[0] as string) as Tensor,
    dispose: () => {},
  };
}
