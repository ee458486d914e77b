import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { watchedPage } from '../support/browser.js';
import { readThrough } from '../support/read-through.js';
import { browserSession, dist } from '../support/session.js';

const axePath = join(dirname(createRequire(import.meta.url).resolve('axe-core')), 'axe.min.js');

/** Every page of the site, as the folder that holds it: '', 'account/', … */
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('index.html'))
  .map((file) => file.slice(0, -'index.html'.length))
  // The reference is in English only: its Chinese addresses show the English pages with a note.
  .filter((path) => !path.startsWith('zh/reference/') || path === 'zh/reference/')
  .sort();

/**
 * Long pages of the reference: hundreds of entries of one markup, whose colours are measured on the shorter pages. All else is
 * looked at on every page.
 */
const isLongReference = (path: string): boolean =>
  path.startsWith('reference/') && statSync(join(dist, path, 'index.html')).size > 120_000;

const session = browserSession();
const address = (path: string) => `${session.site().url}${path}`;
const opened = (options: BrowserContextOptions = {}) =>
  watchedPage(session.browser(), session.origin(), options);

/** Waits until the page has the theme that the system asks for. */
const followsTheme = (page: Page, wanted: string) =>
  page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, wanted);

const resultTypes: RunOptions['resultTypes'] = ['violations'];
const allRules: RunOptions = {
  resultTypes,
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
};
const rulesButContrast: RunOptions = { ...allRules, rules: { 'color-contrast': { enabled: false } } };
/** What another theme can change. */
const colourRules: RunOptions = {
  resultTypes,
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** Serious accessibility faults of the page as it is, one line each. */
async function axeFaults(page: Page, rules: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: axePath });
  const results: AxeResults = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    rules,
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} (${node.failureSummary})`),
    );
}

/** Links of the page that lead nowhere: to no page, or to a part of one that it does not have. */
async function deadLinks(page: Page): Promise<string[]> {
  const links = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map(({ href }) => href),
  );
  const dead: string[] = [];
  for (const link of new Set(links)) {
    const { origin, hash } = new URL(link);
    if (origin !== session.origin()) continue;
    const id = decodeURIComponent(hash.slice(1));
    if (!(await hasPart(page, link, id))) dead.push(link);
  }
  return dead;
}

const texts = new Map<string, string | undefined>();

/** Whether a page of the site is there and has an element of this id. Pages are read once. */
async function hasPart(page: Page, link: string, id: string): Promise<boolean> {
  const url = link.replace(/[?#].*$/, '');
  if (!texts.has(url)) {
    const response = await page.request.get(url);
    texts.set(url, response.ok() ? await response.text() : undefined);
  }
  const text = texts.get(url);
  return text !== undefined && (id === '' || text.includes(`id="${id}"`));
}

/** By how much the page is wider than its window, as a phone sees it. */
async function excessOnPhone(page: Page): Promise<number> {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(100);
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

test('the site has its main pages, in both languages', () => {
  const main = [
    '',
    'quick-start/',
    'lesson/',
    'step-through/',
    'account/',
    'explorer/',
    'measure/',
    'model/',
    'run/',
    'performance/',
    'guides/node/',
    'guides/browser/',
    'guides/packages/',
    'guides/cli/',
    'guides/engines/',
    'guides/add-an-op/',
    'guides/publishing/',
    'reference/',
  ];
  expect(pages).toEqual(expect.arrayContaining(main.flatMap((path) => [path, `zh/${path}`])));
});

// One visit per page, because a visit is what costs time.
describe('every page loads, is accessible in light and dark, fits a phone, and links to what is there', () => {
  // Three at a time, because much of a visit is waiting.
  test.concurrent.each(pages)(
    '/%s',
    async (path) => {
      const { page, problems, close } = await opened({ colorScheme: 'light' });
      await page.goto(address(path));
      await readThrough(page);
      await followsTheme(page, 'light');
      const rules = isLongReference(path) ? rulesButContrast : allRules;
      expect(await axeFaults(page, rules), 'in light').toEqual([]);
      if (!isLongReference(path)) {
        await page.emulateMedia({ colorScheme: 'dark' });
        await followsTheme(page, 'dark');
        expect(await axeFaults(page, colourRules), 'in dark').toEqual([]);
      }
      expect(await excessOnPhone(page), 'pixels too wide at 390').toBeLessThanOrEqual(0);
      expect(await deadLinks(page), 'links that lead nowhere').toEqual([]);
      expect(problems).toEqual([]);
      await close();
    },
    300_000,
  );
});
