/** @file In isolated Chromium: the bits of one thread on several, for every op, small networks and whole ones. */
import { fileURLToPath } from 'node:url';
import { opNames } from '@sepconv/graph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTitle, bundleForPage, chromiumPath, isolation, type OpenPage, openPage } from './page.ts';

/** Cases for each op and engine: fewer than on Node, where they are the same but for how threads start. */
const runs = Number(process.env.SEPCONV_THREAD_RUNS ?? 2);

const thread = fileURLToPath(new URL('../../packages/kernels/src/threads/thread.ts', import.meta.url));

describe.skipIf(chromiumPath === undefined)(browserTitle('on threads of isolated Chromium'), () => {
  let open: OpenPage;
  beforeAll(async () => {
    const files = new Map([
      ['/main.js', ['text/javascript', await bundleForPage('sweep-page.ts')] as const],
      ['/thread.js', ['text/javascript', await bundleForPage(thread)] as const],
    ]);
    open = await openPage(files, undefined, isolation);
    await open.page.waitForFunction('globalThis.sweepHere !== undefined');
    expect(await open.page.evaluate<number>("holdThreads('simd128')")).toBe(4);
  });
  afterAll(() => open?.close());

  describe.each(['simd128', 'relaxed'])('%s gives the bits of one', (engine) => {
    test.each([...opNames, 'networks'])('%s', async (what) => {
      const cases = await open.page.evaluate<number>(
        `sweepHere(${JSON.stringify(what)}, ${JSON.stringify(engine)}, ${runs}, true)`,
      );
      expect(cases).toBeGreaterThan(0);
      expect(open.problems).toEqual([]);
    });

    test.each(['v1', 'v2'])('MobileNet %s, shared out as is worth it', async (name) => {
      const same = await open.page.evaluate<number[]>(
        `sameOnThreads(${JSON.stringify(name)}, ${JSON.stringify(engine)})`,
      );
      expect(same).toEqual([1, 2, 3, 4]);
    });
  });
});
