/** @file What runs in the page: the conformance sweep of one op, or of small networks, on one engine. */
import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import type { OpName } from '@sepconv/graph';
import { compile, type EngineName } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';

const runEngine =
  (engine: EngineName): Runner =>
  async ({ graph, weights }, inputs) => {
    const session = await compile(graph, weights, { engine });
    session.run(...graph.inputs.map(({ name }) => inputs.get(name)!));
    const results = new Map(
      [...session.outputs].map(([name, tensor]) => [
        name,
        { ...tensor, data: tensor.data.slice() } as Tensor,
      ]),
    );
    session.dispose();
    return results;
  };

/** Runs cases and returns how many; throws when one is outside its bound. */
async function sweepHere(what: OpName | 'networks', engine: EngineName, runs: number): Promise<number> {
  const options = { implementation: runEngine(engine), oracle: runReference, runs };
  const report = what === 'networks' ? await sweepNetworks(options) : await sweep({ op: what, ...options });
  return report.cases;
}

Object.assign(globalThis, { sweepHere });
