import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { opNames } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import type { EngineName } from './plan/engine.js';
import { compile } from './session.js';

/** Cases for each op and engine; set SEPCONV_SWEEP_RUNS for a longer hunt. */
const runs = Number(process.env.SEPCONV_SWEEP_RUNS ?? 40);

async function isAvailable(engine: EngineName): Promise<boolean> {
  return chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
}

const runEngine =
  (engine: EngineName): Runner =>
  async ({ graph, weights }, inputs) => {
    const session = await compile(graph, weights, { engine });
    session.run(...graph.inputs.map(({ name }) => inputs.get(name)!));
    // The session's memory goes with it: results are copied out.
    const results = new Map(
      [...session.outputs].map(([name, tensor]) => [
        name,
        { ...tensor, data: tensor.data.slice() } as Tensor,
      ]),
    );
    session.dispose();
    return results;
  };

for (const engine of ['simd128', 'relaxed', 'wide'] as const) {
  const isHere = await isAvailable(engine);
  describe.runIf(isHere)(`${engine} agrees with the reference within the computed bound`, () => {
    test.each(opNames)('%s', async (op) => {
      const report = await sweep({ op, implementation: runEngine(engine), oracle: runReference, runs });
      expect(report.cases).toBeGreaterThan(0);
    });

    test('small networks', async () => {
      const report = await sweepNetworks({ implementation: runEngine(engine), oracle: runReference, runs });
      expect(report.cases).toBeGreaterThan(0);
    });
  });
}
