/** @file Threads and workers in Chromium, as users build their pages. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltPage, pagesOf } from './bundlers.ts';
import { browserTitle, chromiumPath, isolation, openPage, type ServedFiles } from './page.ts';

const pages = pagesOf(new URL('threads-page.js', import.meta.url));

/** Scripts of the page's own and nothing else: no eval, no blob, no inline script. */
const strict = (more: string): string =>
  `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${more}; worker-src 'self'; connect-src 'self'`;

interface Engine {
  readonly reason: string;
  readonly threads: number;
}

interface Checked {
  readonly isolated: boolean;
  readonly threads: { readonly right: number; readonly engine: Engine };
  readonly worker: {
    readonly right: number;
    readonly isGiven: boolean;
    readonly refused: string;
    readonly engine: Engine;
    readonly late: string;
  };
}

/** Opens the page, lets it check itself, and gives what it and the browser said. */
async function check(
  files: ServedFiles,
  policy: string,
  headers: Readonly<Record<string, string>>,
): Promise<Checked> {
  const { page, problems, close } = await openPage(files, strict(policy), headers);
  try {
    await page.waitForFunction('globalThis.checkThreads !== undefined').catch(() => {
      throw new Error(`the page did not load: ${problems.join('\n')}`);
    });
    const checked = await page.evaluate<Checked>('checkThreads()');
    expect(problems).toEqual([]);
    return checked;
  } finally {
    await close();
  }
}

describe.skipIf(chromiumPath === undefined).each(Object.keys(pages))(
  browserTitle('a page built with %s'),
  (bundler) => {
    let built: BuiltPage;
    beforeAll(async () => {
      built = await pages[bundler]!();
    });
    test('has threads where it is isolated, under a strict policy', async () => {
      const { isolated, threads, worker } = await check(built.files, built.policy, isolation);
      expect(isolated).toBe(true);
      expect(threads.engine.reason).toMatch(/; 2 threads$/);
      expect(threads).toMatchObject({ right: 21, engine: { threads: 2 } });
      expect(worker).toMatchObject({ right: 21, isGiven: true, refused: 'EngineError' });
      expect(worker.engine.reason).toMatch(/; 2 threads$/);
      expect(worker.late).toMatch(/disposed/);
    });

    test('has one thread where it is not, and is told how to get more', async () => {
      const { isolated, threads, worker } = await check(built.files, built.policy, {});
      expect(isolated).toBe(false);
      for (const { right, engine } of [threads, worker]) {
        expect({ right, threads: engine.threads }).toEqual({ right: 21, threads: 1 });
        expect(engine.reason).toMatch(/Cross-Origin-Opener-Policy: same-origin.*Document-Isolation-Policy/);
      }
    });
  },
);

describe.skipIf(chromiumPath === undefined)(browserTitle('a page'), () => {
  test('is isolated by Document-Isolation-Policy alone', async () => {
    const { files } = await pages.esbuild!();
    const headers = { 'Document-Isolation-Policy': 'isolate-and-require-corp' };
    const { isolated, threads } = await check(files, '', headers);
    expect({ isolated, threads: threads.engine.threads }).toEqual({ isolated: true, threads: 2 });
  });

  test('whose server lacks the scripts has one thread, and is told what is missing', async () => {
    const { files } = await pages.esbuild!();
    const lacking = new Map([...files].filter(([path]) => path !== '/thread.js'));
    const { page, close } = await openPage(lacking, strict(''), isolation);
    try {
      await page.waitForFunction('globalThis.checkThreads !== undefined');
      const { threads } = await page.evaluate<Checked>('checkThreads()');
      expect(threads).toMatchObject({ right: 21, engine: { threads: 1 } });
      expect(threads.engine.reason).toMatch(/threads do not start: .*threadScript/);
    } finally {
      await close();
    }
  });

  const otherOrigin = 'http://other.localhost:9/thread.js';
  test.each([
    ['whose policy allows no workers', "worker-src 'none'", {}, /worker-src 'self'/],
    ['that wants threads of another origin', "worker-src 'self'", { threadScript: otherOrigin }, /origin/],
  ])('%s has one thread, and is told why', async (_, workers, options, why) => {
    const { files } = await pages.esbuild!();
    const policy = strict('').replace("worker-src 'self'", workers);
    const { page, close } = await openPage(files, policy, isolation);
    try {
      await page.waitForFunction('globalThis.checkRefused !== undefined');
      const script = { ...options, workerScript: otherOrigin };
      const { threads, worker } = await page.evaluate<{ threads: Checked['threads']; worker: string }>(
        `checkRefused(${JSON.stringify(script)})`,
      );
      expect(threads).toMatchObject({ right: 21, engine: { threads: 1 } });
      expect(threads.engine.reason).toMatch(/one thread of 2; threads do not start: .*threadScript/);
      expect(threads.engine.reason).toMatch(why);
      expect(worker).toMatch(/^EngineError .*workerScript.*worker-src/);
    } finally {
      await close();
    }
  });
});
