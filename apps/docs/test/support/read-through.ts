/** @file Goes through a page as a reader does, so that all of it is there. */
import type { Page } from 'playwright-core';

/**
 * Goes down the page once: every interactive piece comes into view, has come alive, and has drawn its charts. Until then it
 * does not answer to what is done to it, and on a busy machine that is long after the last request. Code can be scrolled
 * with the keyboard. Ends at the top.
 */
export async function readThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const seen = async (element: Element, what: string, isThere: () => boolean) => {
      const deadline = performance.now() + 60_000;
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      while (!isThere()) {
        if (performance.now() > deadline) throw new Error(`${what} did not come within a minute`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    for (const island of document.querySelectorAll('astro-island')) {
      const piece = island.firstElementChild;
      if (piece === null) continue;
      // Astro takes the attribute away when the piece has come alive.
      await seen(piece, String(island.getAttribute('component-export')), () => !island.hasAttribute('ssr'));
      for (const chart of island.querySelectorAll('.chart-frame')) {
        const isDrawn = () => chart.firstElementChild !== null;
        await seen(chart, `the chart "${chart.getAttribute('aria-label')}"`, isDrawn);
      }
    }
    // Code that is wider than its frame can be scrolled with the keyboard once the page has had an idle moment.
    for (const code of document.querySelectorAll<HTMLElement>('.expressive-code pre')) {
      const isReachable = () => code.scrollWidth <= code.clientWidth || code.tabIndex >= 0;
      if (!isReachable()) await seen(code, 'the focus of a piece of code', isReachable);
    }
    scrollTo({ top: 0, behavior: 'instant' });
    // Fonts are asked for when the first text that is set in them is laid out.
    await new Promise(requestAnimationFrame);
    await document.fonts.ready;
  });
}
