/** @file The engine as the decomposition wants it: something that runs a network, and something that measures graphs. */
import type { MeasureGraphs, PreparedNetwork } from '@sepconv/decompose';
import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import type { EngineChoice } from './commands/arguments.js';
import { measureGraphs } from './measure-graphs.js';

/** Compiles networks to see what their layers give. */
export const compiledNetwork =
  (engine: EngineChoice) =>
  (network: Network): Promise<PreparedNetwork> =>
    compile(network, { engine, allowProcessFlags: true });

/** Some layers are measured at every rank: a third of a second each is enough for a quartile. */
const budgetMs = 300;
const warmUpMs = 80;

/** Milliseconds of graphs, taken in turns. */
export function measuredGraphs(engine: EngineChoice): MeasureGraphs {
  return async (graphs) => {
    const { timings } = await measureGraphs(graphs, engine, { budgetMs, warmUpMs });
    return Object.fromEntries(
      Object.entries(timings).map(([name, { milliseconds }]) => [name, milliseconds]),
    );
  };
}
