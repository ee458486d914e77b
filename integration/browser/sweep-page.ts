/** @file What runs in the page: the conformance sweep of one op, or of small networks, on one engine. */
import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import type { OpName } from '@sepconv/graph';
import { compile, type EngineName } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';

const runEngine =
  (engine: EngineName): Runner =>
  async (network, inputs) =>
    (await compile(network, { engine })).run(inputs);

/** Runs cases and returns how many; throws when one is outside its bound. */
async function sweepHere(what: OpName | 'networks', engine: EngineName, runs: number): Promise<number> {
  const options = { implementation: runEngine(engine), oracle: runReference, runs };
  const report = what === 'networks' ? await sweepNetworks(options) : await sweep({ op: what, ...options });
  return report.cases;
}

Object.assign(globalThis, { sweepHere });
