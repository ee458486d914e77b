import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

/**
 * Raise it only together with the reason, in the same commit. 150 is what is wanted; 151.0 is there since the lesson shows its
 * evidence in charts, and since the graph and the reference know the ops of transformers, resizing and integers.
 */
const ceiling = 152 * 1024;

test.each(['lesson/', 'zh/lesson/'])(
  '%s loads at most 152 kB of script when it is read to its end',
  async (path) => {
    const sizes = new Map<string, number>();
    const pending: Promise<void>[] = [];
    page().on('response', (response) => {
      if (!response.url().endsWith('.js')) return;
      pending.push(
        response.body().then((body) => void sizes.set(response.url(), gzipSync(body, { level: 9 }).length)),
      );
    });
    await open(path);
    await page().evaluate(async () => {
      for (let y = 0; y <= document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    });
    await page().locator('.block-function .chart-frame svg').first().waitFor();
    await page().waitForLoadState('networkidle');
    await Promise.all(pending);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    console.log(`${path}: ${(total / 1024).toFixed(1)} kB of script, gzip, in ${sizes.size} files`);
    expect(sizes.size).toBeGreaterThan(5);
    expect(total).toBeLessThanOrEqual(ceiling);
  },
);
