/** @file What every browser test needs: the site, the browser, and for each test a page that must end without problems. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { findChromium, launchChromium, type WatchedPage, watchedPage } from './browser.js';
import { readThrough } from './read-through.js';
import { type Site, serve } from './serve.js';

/** The folder of the built site. */
export const dist: string = fileURLToPath(new URL('../../dist', import.meta.url));

/** A browser on the built site, below a path that is not the root. */
export interface BrowserSession {
  readonly browser: () => Browser;
  readonly site: () => Site;
  readonly origin: () => string;
}

/** Starts browser and host for the tests of a file, and stops them; `graphics` are the browser's flags for a graphics card. */
export function browserSession(graphics?: readonly string[]): BrowserSession {
  let site: Site | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    site = await serve(dist, '/some/where/');
    browser = await launchChromium(findChromium()!, graphics);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return { browser: () => browser!, site: () => site!, origin: () => new URL(site!.url).origin };
}

/**
 * A fresh page for every test of a file; errors, failed and third-party requests fail the test. A page that is open is read
 * through: all its pieces answer.
 */
export function pageSession(graphics?: readonly string[]): {
  readonly page: () => Page;
  readonly open: (path: string) => Promise<void>;
} {
  const session = browserSession(graphics);
  let watched: WatchedPage;
  beforeEach(async () => {
    watched = await watchedPage(session.browser(), session.origin());
  });
  afterEach(async () => {
    expect(watched.problems).toEqual([]);
    await watched.close();
  });
  return {
    page: () => watched.page,
    open: async (path) => {
      await watched.page.goto(`${session.site().url}${path}`, { waitUntil: 'load' });
      await readThrough(watched.page);
    },
  };
}
