import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { opNames } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
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
  async (network, inputs) =>
    (await compile(network, { engine })).run(inputs);

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
