/** @file Chromium for the tests: where it is, and a page that notes everything that goes wrong in it. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's program: `CHROMIUM_PATH`, or where Linux distributions put it; `undefined` when there is none. */
export function findChromium(): string | undefined {
  const candidates = [process.env.CHROMIUM_PATH, ...places];
  return candidates.find((path): path is string => path !== undefined && existsSync(path));
}

/** Without a graphics card. */
const withoutGpu = ['--disable-gpu'];

/** With WebGPU, on the software driver that the browser brings. */
export const softwareGpu: readonly string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Starts the browser without a screen, without an account and without calling home; by default without a graphics card, too. */
export function launchChromium(
  executablePath: string,
  graphics: readonly string[] = withoutGpu,
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      ...graphics,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  });
}

/** A page, and what went wrong in it so far: errors, failed requests, requests to anybody else. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: string[];
  close(): Promise<void>;
}

/**
 * Opens a page in a context of its own and follows what it does. Only `origin` may be asked for anything.
 * `SEPCONV_SLOWDOWN=6` makes pages six times slower: what a test takes for granted about time comes to light.
 */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const slowdown = process.env.SEPCONV_SLOWDOWN;
  if (slowdown !== undefined) {
    const devTools = await context.newCDPSession(page);
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: Number(slowdown) });
  }
  // A busy machine is slow, and not wrong.
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Leaving a page stops what it was still loading.
    if (reason !== 'net::ERR_ABORTED') problems.push(`request failed: ${request.url()} (${reason})`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) problems.push(`third party: ${url.href}`);
  });
  return { page, problems, close: () => context.close() };
}
