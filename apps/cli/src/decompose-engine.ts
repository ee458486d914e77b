/** @file The engine as the decomposition wants it: something that runs a network, and something that measures graphs. */
import type { MeasureGraphs, PreparedNetwork } from '@sepconv/decompose';
import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import type { EngineChoice } from './commands/arguments.js';
import { measureGraphs } from './measure-graphs.js';

/** Compiles networks to see what their layers give. */
export function compiledNetwork(engine: EngineChoice): (network: Network) => Promise<PreparedNetwork> {
  return async ({ graph, weights }) => {
    const session = await compile(graph, weights, { engine, allowProcessFlags: true });
    return {
      run: (inputs) => {
        for (const [name, view] of session.inputs) {
          const data = inputs.get(name)?.data;
          if (data !== undefined) view.data.set(data);
        }
        session.run();
        return session.outputs;
      },
      dispose: () => session.dispose(),
    };
  };
}

/** Some layers are measured at every rank: a third of a second each is enough for a median. */
const budgetMs = 300;
const warmUpMs = 80;

/** Median milliseconds of graphs, taken in turns. */
export function measuredGraphs(engine: EngineChoice): MeasureGraphs {
  return async (graphs) => {
    const { timings } = await measureGraphs(graphs, engine, { budgetMs, warmUpMs });
    return Object.fromEntries(Object.entries(timings).map(([name, { medianMs }]) => [name, medianMs]));
  };
}
