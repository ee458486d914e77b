import { separableAccount } from '@sepconv/cost-model';
import { describe, expect, test } from 'vitest';
import { layerName, mobileNetLayers } from '../../src/islands/measure/layers.js';
import { factor } from '../../src/lib/numbers.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();
const field = async (name: string) => (await page().locator(`[data-field="${name}"]`).textContent())!;

/** How long the page drew nothing at a stretch, as a share of the time from now to the moment of asking. */
async function watchFrames(): Promise<() => Promise<number>> {
  const watch = await page().evaluateHandle(() => {
    const start = performance.now();
    const seen = { start, last: start, longest: 0 };
    requestAnimationFrame(function next() {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      requestAnimationFrame(next);
    });
    return seen;
  });
  return () => watch.evaluate(({ start, longest }) => longest / (performance.now() - start));
}

describe('measure here', () => {
  test('measures both forms of a layer, and shows what the count promised, without blocking the page', async () => {
    await open('measure/');
    const layer = mobileNetLayers().at(-1)!;
    await page().getByRole('combobox', { name: 'Layer' }).selectOption(layerName(layer));
    const worker = page().waitForEvent('worker');
    const longestStandstill = await watchFrames();
    await page().getByRole('button', { name: 'Measure' }).click();
    // The work is a worker's, and the page goes on drawing.
    await worker;
    await page().getByText('Done: lower quartiles').waitFor();
    expect(await longestStandstill()).toBeLessThan(0.5);
    await expect.poll(() => page().workers().length, { timeout: 30_000 }).toBe(0);
    expect(await field('promised')).toBe(factor(1 / separableAccount(layer).ratio.value));
    const standard = Number.parseFloat(await field('standard-ms'));
    const separable = Number.parseFloat(await field('separable-ms'));
    expect(separable).toBeGreaterThan(0);
    expect(Number.parseFloat(await field('measured'))).toBeCloseTo(standard / separable, 0);
    // The steps are timed by themselves, too, and what is said of the times fits whether they have settled.
    for (const step of ['depthwise-ms', 'pointwise-ms']) {
      expect(Number.parseFloat(await field(step))).toBeLessThan(standard);
    }
    const verdict = page().locator('.measure-verdict');
    const isSteady = (await verdict.getAttribute('data-steady')) === 'true';
    expect(/Too noisy/.test((await verdict.textContent())!)).toBe(!isSteady);
    expect(await page().locator('.measure-engine b').textContent()).toMatch(/^(simd128|relaxed)$/);
  });

  test('can be stopped', async () => {
    await open('measure/');
    // By a button that is there for as long as the machine needs; so it is pressed by the page, in the moment of a report.
    const stopped = page().evaluate(
      () =>
        new Promise<string>((resolve) => {
          const status = document.querySelector('.measure-status')!;
          new MutationObserver((_, observer) => {
            const text = status.textContent;
            if (!/^Round \d+$/.test(text)) return;
            observer.disconnect();
            document.querySelector<HTMLButtonElement>('.measure-controls button')!.click();
            resolve(text);
          }).observe(status, { childList: true, characterData: true, subtree: true });
        }),
    );
    await page().getByRole('button', { name: 'Measure' }).click();
    expect(await stopped).toBe('Round 1');
    await page().getByText('Stopped.').waitFor();
    await expect.poll(() => page().workers().length, { timeout: 30_000 }).toBe(0);
    expect(await page().locator('.measure-status').textContent()).toBe('Stopped.');
    await page().getByRole('button', { name: 'Measure' }).waitFor();
  });
});
