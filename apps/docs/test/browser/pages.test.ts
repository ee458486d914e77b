import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { watchedPage } from '../support/browser.js';
import { browserSession, dist } from '../support/session.js';

const axePath = join(dirname(createRequire(import.meta.url).resolve('axe-core')), 'axe.min.js');

/** Every page of the site, as the folder that holds it: '', 'account/', … */
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('index.html'))
  .map((file) => file.slice(0, -'index.html'.length))
  .sort();

const session = browserSession();
const address = (path: string) => `${session.site().url}${path}`;
const opened = (options: BrowserContextOptions = {}) =>
  watchedPage(session.browser(), session.origin(), options);

/** Goes through a page as a reader does, so that what loads on being seen is loaded. */
async function readThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y <= document.body.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    scrollTo(0, 0);
  });
  await page.waitForLoadState('networkidle');
}

/** Serious accessibility faults of the page as it is, one line each. */
async function axeFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const results: AxeResults = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] } satisfies RunOptions,
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} (${node.failureSummary})`),
    );
}

describe('the site has pages', () => {
  test('at least the three of the first edition', () => {
    expect(pages).toEqual(expect.arrayContaining(['', 'account/', 'quick-start/']));
  });
});

describe.each(pages)('page /%s', (path) => {
  test.each(['light', 'dark'] as const)(
    'loads without a complaint and is accessible, %s',
    async (colorScheme) => {
      const { page, problems, close } = await opened({ colorScheme });
      await page.goto(address(path), { waitUntil: 'networkidle' });
      await readThrough(page);
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(colorScheme);
      expect(await axeFaults(page)).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    },
  );

  test('has no horizontal scroll on a phone', async () => {
    const { page, close } = await opened({ viewport: { width: 390, height: 844 } });
    await page.goto(address(path), { waitUntil: 'networkidle' });
    await readThrough(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await close();
  });

  test('its links lead somewhere', async () => {
    const { page, close } = await opened();
    await page.goto(address(path));
    const links = await page.evaluate(() => [...document.querySelectorAll('a')].map(({ href }) => href));
    expect(links.length).toBeGreaterThan(0);
    const dead: string[] = [];
    for (const link of new Set(links)) {
      const { origin: target, hash } = new URL(link);
      if (target !== session.origin()) continue;
      const response = await page.request.get(link);
      const id = decodeURIComponent(hash.slice(1));
      if (!response.ok() || (id !== '' && !(await response.text()).includes(`id="${id}"`))) dead.push(link);
    }
    expect(dead).toEqual([]);
    await close();
  });
});
