/** @file Files served to headless Chromium under a Content-Security-Policy of the test's choice. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's program, or `undefined` where there is none: then these tests say that they were skipped. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH, ...places].find(
  (path) => path !== undefined && existsSync(path),
);

/** A title that says why a group of tests does not run. */
export const browserTitle = (title: string): string =>
  chromiumPath === undefined ? `${title} (skipped: no Chromium; set CHROMIUM_PATH)` : title;

/** Without a graphics card. */
const withoutGpu = ['--disable-gpu'];

/** With WebGPU, on the software driver that the browser brings. */
export const softwareGpu: readonly string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Without a screen, without an account and without calling home. */
const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Files by path, with their types. */
export type ServedFiles = ReadonlyMap<string, readonly [type: string, body: string | Uint8Array]>;

/** A page that runs `/main.js` of the served files. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts and of the console so far. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Bundles a script of this folder, or relative to another one, with the sources of the packages, for a page. */
export async function bundleForPage(name: string, folder = import.meta.url): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, folder))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@sepconv/source'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Headers of pages and workers that may share memory. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Serves files and opens a page that loads `/main.js`, unless the files have a `/` of their own.
 *
 * @param policy - The Content-Security-Policy of every answer; none by default.
 * @param more - Other headers of every answer.
 * @param gpu - The browser's flags for a graphics card; by default it has none.
 */
export async function openPage(
  files: ServedFiles,
  policy?: string,
  more: Readonly<Record<string, string>> = {},
  gpu: readonly string[] = withoutGpu,
): Promise<OpenPage> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const headers = { ...more, ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }) };
    const file = files.get(path);
    if (file !== undefined) {
      response.writeHead(200, { ...headers, 'Content-Type': file[0] }).end(file[1]);
    } else if (path === '/') {
      const page = '<!doctype html><title>test</title><script type="module" src="/main.js"></script>';
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page);
    } else {
      response.writeHead(path === '/favicon.ico' ? 204 : 404, headers).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: [...flags, ...gpu] });
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { page, problems, close };
  } catch (error) {
    await close();
    throw error;
  }
}
