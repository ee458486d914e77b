/** @file The engines that run here, and each with every way to fuse. */
import type { Runner } from '@sepconv/conformance';
import type { EngineName } from '@sepconv/kernels';
import {
  chooseEngine,
  compilePlan,
  engines as engineDescriptions,
  fusionDecisions,
  keyOfCode,
  type Plan,
  planNetwork,
} from '@sepconv/kernels/toolkit';
import type { Tensor } from '@sepconv/tensor';

type Engine = Awaited<ReturnType<typeof chooseEngine>>;
type Outputs = ReadonlyMap<string, Tensor>;

/** Those of the wanted engines that can run here, and why others cannot. */
export async function findEngines(
  names: readonly EngineName[],
): Promise<{ readonly engines: readonly Engine[]; readonly missing: readonly string[] }> {
  const engines: Engine[] = [];
  const missing: string[] = [];
  for (const name of names) {
    try {
      engines.push(await chooseEngine(name, true));
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { engines, missing };
}

/** All that a plan is emitted, packed and run from: plans of one network and engine with equal keys give one module. */
function keyOf({ memoryBytes, inputs, outputs, steps }: Plan): string {
  const parts = steps.map(({ nodes, kernel, units, addresses }) => ({ nodes, kernel, units, addresses }));
  return keyOfCode([memoryBytes, inputs, outputs, parts]);
}

/**
 * An engine with every way to fuse, by its name, for one network with one set of inputs: a plan that came out before is not
 * compiled and run again. `onCompile` hears of each that is.
 */
export function implementationsOf(engine: Engine, onCompile: () => void): ReadonlyMap<string, Runner> {
  const known = new Map<string, Outputs>();
  return new Map(
    [...fusionDecisions].map(([way, { fusion, limits }]): [string, Runner] => [
      `fusion ${way}`,
      async (network, inputs) => {
        const plan = planNetwork(network, engineDescriptions[engine.name], fusion, limits);
        const key = keyOf(plan);
        const outputs = known.get(key) ?? (await compilePlan(engine, plan, network.weights)).run(inputs);
        if (!known.has(key)) onCompile();
        known.set(key, outputs);
        return outputs;
      },
    ]),
  );
}
