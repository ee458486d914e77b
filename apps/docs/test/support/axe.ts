/** @file Accessibility faults of a page, found by axe. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axePath = join(dirname(createRequire(import.meta.url).resolve('axe-core')), 'axe.min.js');

/** Elements of a page by their selectors; the only kind of axe's contexts that is needed here. */
export interface PartOfPage {
  readonly include: readonly string[];
}

interface Axe {
  run(context: PartOfPage | Document, options: RunOptions): Promise<AxeResults>;
}

const resultTypes: RunOptions['resultTypes'] = ['violations'];

/** Everything that axe knows of WCAG 2.1 AA, and its best practice. */
export const allRules: RunOptions = {
  resultTypes,
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
};

/** What another theme can change. */
export const colourRules: RunOptions = {
  resultTypes,
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** All but what another theme can change. */
export const rulesButColour: RunOptions = {
  ...allRules,
  rules: { 'color-contrast': { enabled: false }, 'link-in-text-block': { enabled: false } },
};

/** Serious accessibility faults of the page as it is, or of a part of it, one line each. */
export async function axeFaults(page: Page, rules: RunOptions, part?: PartOfPage): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: axePath });
  const results = await page.evaluate(
    ({ options, context }) => (globalThis as unknown as { axe: Axe }).axe.run(context ?? document, options),
    { options: rules, context: part },
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} (${node.failureSummary})`),
    );
}

/**
 * Marks one text for every look that texts of the page have: colour, all that lies behind it, size, weight, whether it is a
 * link, and the colour of the text around it. Their colours prove those of a page on which hundreds of texts look alike, in
 * a fraction of the time. Gives the part of the page for axe, and how many looks there are.
 */
export async function looksOfText(page: Page): Promise<{ part: PartOfPage; count: number }> {
  const count = await page.evaluate(() => {
    const behind = new Map<Element | null, string>([[null, '']]);
    const backgroundOf = (element: Element): string => {
      const known = behind.get(element);
      if (known !== undefined) return known;
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : backgroundColor;
      const above = element.parentElement === null ? '' : backgroundOf(element.parentElement);
      const all = `${above} ${own} ${backgroundImage === 'none' ? '' : backgroundImage} ${opacity}`;
      behind.set(element, all);
      return all;
    };
    const seen = new Set<string>();
    for (const element of document.body.querySelectorAll('*')) {
      element.removeAttribute('data-look');
      const hasText = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim() !== '',
      );
      if (!hasText || !element.checkVisibility({ visibilityProperty: true })) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const around = element.parentElement === null ? '' : getComputedStyle(element.parentElement).color;
      const isLink = element.closest('a') !== null;
      const look = [color, backgroundOf(element), fontSize, fontWeight, isLink, around].join('|');
      if (seen.has(look)) continue;
      seen.add(look);
      element.setAttribute('data-look', '');
    }
    return seen.size;
  });
  return { part: { include: ['[data-look]'] }, count };
}
