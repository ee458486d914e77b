/** @file Workers in headless Chromium: a browser of its own for each, so that they are processes of their own too. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { bundleForBrowser } from './bundle.ts';
import { servePages } from './page-server.ts';
import type { Answer, Call } from './serve.ts';
import { pack, unpack } from './typed-json.ts';
import type { Worker, WorkerHost } from './worker.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function findChromium(): string {
  const found = [process.env.CHROMIUM_PATH, ...places].find((path) => path !== undefined && existsSync(path));
  if (found === undefined)
    throw new Error('no Chromium here: install the package chromium, or set CHROMIUM_PATH to a browser');
  return found;
}

/** Without a screen, without an account and without calling home. */
const browserFlags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** A page that has loaded the worker, in a browser of its own. */
async function startWorker<M extends object>(
  launch: () => Promise<Browser>,
  url: string,
): Promise<Worker<M>> {
  const browser = await launch();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  await page.waitForFunction('globalThis.callWorker !== undefined').catch(() => {
    throw new Error(`the page did not load:\n${problems.join('\n')}`);
  });
  let lastCall: Promise<unknown> = Promise.resolve();
  let nextId = 0;
  const send = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const call: Call = { id: nextId++, name, args };
    const text = await page.evaluate<string>(
      `globalThis.callWorker(${JSON.stringify(JSON.stringify(call, pack))})`,
    );
    const answer = JSON.parse(text, unpack) as Answer;
    if ('error' in answer) throw new Error([answer.error, ...problems].join('\n'));
    return answer.result;
  };
  return {
    call: (name, ...args) => {
      const result = lastCall.then(() => send(name, args));
      lastCall = result.catch(() => {});
      return result as never;
    },
    close: () => browser.close(),
  };
}

/**
 * Workers of a script of this package, which serves with `servePage`. `assets` are folders that it may fetch from, by
 * path prefix, `flags` are V8's, `graphics` the browser's that say which GPU it has, by default none.
 */
export async function browserHost<M extends object>(
  entry: string,
  assets: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  graphics: readonly string[] = ['--disable-gpu'],
): Promise<WorkerHost<M>> {
  const executablePath = findChromium();
  const script = await bundleForBrowser(entry);
  const name = script.slice(dirname(script).length + 1);
  const page = `<!doctype html><title>bench</title><script type="module" src="/worker/${name}"></script>`;
  const server = await servePages(page, { '/worker': dirname(script), ...assets });
  const args = [...browserFlags, ...graphics];
  if (flags.length > 0) args.push(`--js-flags=${flags.join(',')}`);
  const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });
  let version = 'not started';
  return {
    name: 'chromium',
    start: () =>
      startWorker<M>(async () => {
        const browser = await launch();
        version = browser.version();
        return browser;
      }, server.origin),
    versions: () => ({ chromium: version }),
    close: () => server.close(),
  };
}
