import { describe, expect, test } from 'vitest';
import { exact, short } from '../../src/lib/numbers.js';
import { formFacts } from '../../src/lib/train-data.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

const filtersOf = (form: string) =>
  page()
    .locator(`[data-form="${form}"] .train-filters`)
    .last()
    .locator('rect')
    .evaluateAll((cells) =>
      cells.map((cell) => `${cell.getAttribute('class')} ${cell.getAttribute('opacity')}`),
    );

describe('training in the page', () => {
  test('both forms learn, and their filters and accuracies change; it can be stopped', async () => {
    await open('train/');
    for (const [form, { macs, params }] of Object.entries(formFacts())) {
      const said = await page().locator(`[data-form="${form}"] .explorer-note`).first().textContent();
      expect(said).toBe(`${short(macs)} multiply-adds, ${exact(params, 'en')} parameters`);
    }
    await page().getByRole('button', { name: 'Train both' }).click();
    await expect
      .poll(() => filtersOf('separable').then(({ length }) => length), { timeout: 30_000 })
      .toBe(16 * 9);
    const drawn = await filtersOf('separable');
    const accuracy = page().locator('[data-form="separable"] [data-field="accuracy"]');
    await expect.poll(() => accuracy.textContent(), { timeout: 60_000 }).toMatch(/%$/);
    await expect.poll(() => filtersOf('separable')).not.toEqual(drawn);
    expect(Number.parseFloat((await accuracy.textContent())!)).toBeGreaterThan(10);
    await expect.poll(() => page().locator('.train svg circle').count()).toBeGreaterThan(0);
    await page().getByRole('button', { name: 'Stop' }).click();
    await page().getByRole('button', { name: 'Train both again' }).waitFor();
    await expect.poll(() => page().workers().length, { timeout: 30_000 }).toBe(0);
    await page().getByText('Stopped.').first().waitFor();
  });
});
