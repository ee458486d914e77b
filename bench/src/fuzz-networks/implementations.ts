/** @file The engines that run here, and each with every way to fuse. */
import type { Runner } from '@sepconv/conformance';
import { chooseEngine, compileFor, fusionDecisions } from '@sepconv/kernels/toolkit';
import type { Tensor } from '@sepconv/tensor';
import type { FuzzEngine } from './options.ts';

type Engine = Awaited<ReturnType<typeof chooseEngine>>;

/** Those of the wanted engines that can run here, and why others cannot. */
export async function findEngines(
  names: readonly FuzzEngine[],
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

/** An engine with every way to fuse, by its name. */
export function implementationsOf(engine: Engine): ReadonlyMap<string, Runner> {
  return new Map(
    [...fusionDecisions].map(([way, { fusion, limits }]): [string, Runner] => [
      `fusion ${way}`,
      async (network, inputs) => {
        const session = await compileFor(engine, network, fusion, limits);
        try {
          session.run(...network.graph.inputs.map(({ name }) => inputs.get(name) as Tensor));
          // Results lie in the session's memory.
          return new Map(
            [...session.outputs].map(([name, tensor]) => [
              name,
              { ...tensor, data: tensor.data.slice() } as Tensor,
            ]),
          );
        } finally {
          session.dispose();
        }
      },
    ]),
  );
}
