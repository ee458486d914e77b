import { boundNetwork, checkImplementations, drawNetwork, type Runner } from '@sepconv/conformance';
import { runReference } from '@sepconv/reference';
import { describe, expect, test } from 'vitest';
import { type ChosenEngine, chooseEngine } from './engines/choose.js';
import { type FusionDecision, fusionDecisions } from './fusion-decisions.js';
import { compileFor } from './session.js';

/** Networks for each engine; `npm run -s fuzz:networks` runs as many as one likes. */
const count = Number(process.env.SEPCONV_RANDOM_NETWORKS ?? 40);

/** Those for which a bound was once too narrow: sums that overflow on the way, folded and not, and what reads them. */
const onceRefused = [10_495, 27_544, 57_043];

const seeds = [...Array.from({ length: count }, (_, index) => index + 1), ...onceRefused];

const runnerOf =
  (engine: ChosenEngine, { fusion, limits }: FusionDecision, note: (fused: boolean) => void): Runner =>
  async (network, inputs) => {
    const session = await compileFor(engine, network, { fusion, limits });
    note(session.plan.steps.some(({ kernel }) => kernel.kind === 'separable-conv2d'));
    return session.run(inputs);
  };

for (const name of ['simd128', 'relaxed', 'wide'] as const) {
  const engine = await chooseEngine(name, true).catch(() => undefined);
  describe.runIf(engine !== undefined)(`random networks on ${name}`, () => {
    test('give the same bits however they are fused, and the right ones', async () => {
      let fused = 0;
      const runners = new Map(
        [...fusionDecisions].map(([way, decision]) => [
          way,
          runnerOf(engine as ChosenEngine, decision, (isFused) => {
            fused += isFused ? 1 : 0;
          }),
        ]),
      );
      const failures: string[] = [];
      for (const seed of seeds) {
        const drawn = drawNetwork(seed);
        const expected = await boundNetwork(drawn.network, drawn.inputs, runReference);
        await checkImplementations(drawn, runners, expected).catch((error: Error) => {
          failures.push(error.message);
        });
      }
      expect(failures).toEqual([]);
      expect(fused).toBeGreaterThan(count / 4);
    });
  });
}
