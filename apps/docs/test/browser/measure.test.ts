import { separableAccount } from '@sepconv/cost-model';
import { describe, expect, test } from 'vitest';
import { layerName, mobileNetLayers } from '../../src/islands/measure/layers.js';
import { factor } from '../../src/lib/numbers.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();
const field = async (name: string) => (await page().locator(`[data-field="${name}"]`).textContent())!;

describe('measure here', () => {
  test('measures both forms of a layer, and shows what the count promised', async () => {
    await open('measure/');
    const layer = mobileNetLayers().at(-1)!;
    await page().getByLabel('Layer of MobileNetV1').selectOption(layerName(layer));
    await page().getByRole('button', { name: 'Measure' }).click();
    await page().getByText('Done: median of 15 rounds').waitFor({ timeout: 55_000 });
    expect(await field('promised')).toBe(factor(1 / separableAccount(layer).ratio.value));
    const standard = Number.parseFloat(await field('standard-ms'));
    const separable = Number.parseFloat(await field('separable-ms'));
    expect(separable).toBeGreaterThan(0);
    expect(Number.parseFloat(await field('measured'))).toBeCloseTo(standard / separable, 0);
    expect(await page().locator('.measure-engine b').textContent()).toMatch(/^(simd128|relaxed)$/);
  });

  test('never blocks the page, and can be stopped', async () => {
    await open('measure/');
    await page().getByRole('button', { name: 'Measure' }).click();
    await page()
      .getByText(/^Round \d+ of 15$/)
      .waitFor();
    const late = await page().evaluate(
      () =>
        new Promise<number>((resolve) => {
          const start = performance.now();
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
        }),
    );
    expect(late).toBeLessThan(500);
    await page().getByRole('button', { name: 'Stop' }).click();
    await page().getByText('Stopped.').waitFor();
    await page().getByRole('button', { name: 'Measure' }).waitFor();
  });
});
