import { opNames } from '@sepconv/graph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTitle, bundleForPage, chromiumPath, type OpenPage, openPage } from './page.ts';

/** Cases for each op and engine: fewer than on Node, where they are the same but for the machine's compiler. */
const runs = Number(process.env.SEPCONV_SWEEP_RUNS ?? 20);

describe.skipIf(chromiumPath === undefined)(browserTitle('in Chromium'), () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage(new Map([['/main.js', ['text/javascript', await bundleForPage('sweep-page.ts')]]]));
    await open.page.waitForFunction('globalThis.sweepHere !== undefined');
  });
  afterAll(() => open?.close());

  for (const engine of ['simd128', 'relaxed']) {
    describe(`${engine} agrees with the reference within the computed bound`, () => {
      test.each([...opNames, 'networks'])('%s', async (what) => {
        const cases = await open.page.evaluate<number>(
          `sweepHere(${JSON.stringify(what)}, ${JSON.stringify(engine)}, ${runs})`,
        );
        expect(cases).toBeGreaterThan(0);
        expect(open.problems).toEqual([]);
      });
    });
  }
});
