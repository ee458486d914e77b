import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allRules, axeFaults, colourRules, looksOfText, rulesButColour } from '../support/axe.js';
import { watchedPage } from '../support/browser.js';
import { readThrough } from '../support/read-through.js';
import { browserSession, dist } from '../support/session.js';

/** Every page of the site, as the folder that holds it: '', 'account/', … */
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('index.html'))
  .map((file) => file.slice(0, -'index.html'.length))
  // The reference is in English only: its Chinese addresses show the English pages with a note.
  .filter((path) => !path.startsWith('zh/reference/') || path === 'zh/reference/')
  .sort();

/**
 * Pages whose colours are measured once for each look of a text, which takes half the time: the long ones of the reference,
 * hundreds of entries of one markup, and the Chinese ones, where all stands as it does in English. Those in frames have too few looks for that.
 */
const isMeasuredByLook = (path: string): boolean =>
  (path.startsWith('zh/') && !path.startsWith('zh/embed/')) ||
  (path.startsWith('reference/') && statSync(join(dist, path, 'index.html')).size > 120_000);

const session = browserSession();
const address = (path: string) => `${session.site().url}${path}`;
const opened = (options: BrowserContextOptions = {}) =>
  watchedPage(session.browser(), session.origin(), options);

/** Waits until the page has the theme that the system asks for. */
const followsTheme = (page: Page, wanted: string) =>
  page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, wanted);

/** Faults of the page's colours, each look of a text measured once. */
async function colourFaultsByLook(page: Page): Promise<string[]> {
  const { part, count } = await looksOfText(page);
  // Headings, text, links, code, the columns at the sides: fewer looks would not be a page.
  expect(count).toBeGreaterThan(10);
  return axeFaults(page, colourRules, part);
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
    'choose/',
    'measure/',
    'model/',
    'run/',
    'teach/',
    'train/',
    'changelog/',
    'performance/',
    'guides/node/',
    'guides/browser/',
    'guides/packages/',
    'guides/cli/',
    'guides/engines/',
    'guides/add-an-op/',
    'guides/add-a-format/',
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
      const byLook = isMeasuredByLook(path);
      expect(await axeFaults(page, byLook ? rulesButColour : allRules), 'in light').toEqual([]);
      if (byLook) expect(await colourFaultsByLook(page), 'colours in light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await followsTheme(page, 'dark');
      const inDark = byLook ? await colourFaultsByLook(page) : await axeFaults(page, colourRules);
      expect(inDark, 'colours in dark').toEqual([]);
      expect(await excessOnPhone(page), 'pixels too wide at 390').toBeLessThanOrEqual(0);
      expect(await deadLinks(page), 'links that lead nowhere').toEqual([]);
      expect(problems).toEqual([]);
      await close();
    },
    300_000,
  );
});
