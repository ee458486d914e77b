import { separableAccount } from '@sepconv/cost-model';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { defaults, type Settings, settingsForm } from '../../src/islands/account/settings.js';
import { exact } from '../../src/lib/numbers.js';
import { linkQuery } from '../../src/lib/query.js';
import { pageSession } from '../support/session.js';

const session = pageSession();
let page: Page;
const open = async (query = '') => {
  await session.open(`account/${query}`);
  page = session.page();
};
const field = (name: string) => page.locator(`[data-field="${name}"]`);
const macsOf = (row: string) => page.locator(`[data-row="${row}"] [data-field="macs"]`);

/** The page shows the account of these settings, and no other. */
async function expectAccountOf(settings: Settings): Promise<void> {
  const account = separableAccount(settings);
  await page.waitForFunction(
    ([fraction]) => document.querySelector('[data-field="fraction"]')?.textContent === fraction,
    [account.ratio.fraction] as const,
  );
  expect(await field('ratio').textContent()).toBe(account.ratio.value.toPrecision(5));
  expect(await field('approximation').textContent()).toBe(account.ratio.approximation.value.toPrecision(5));
  for (const row of ['standard', 'depthwise', 'pointwise', 'separable'] as const) {
    expect(await macsOf(row).textContent()).toBe(exact(account[row].macs, 'en'));
    const params = page.locator(`[data-row="${row}"] [data-field="params"]`);
    expect(await params.textContent()).toBe(exact(account[row].params, 'en'));
  }
}

describe('the account of one layer', () => {
  test('opens with the default layer, and draws its curve', async () => {
    await open();
    await expectAccountOf(defaults);
    await page.locator('.chart-frame svg').first().waitFor();
    expect(await page.locator('.chart-frame').getAttribute('aria-label')).toContain('0.115');
  });

  test('follows a slider that is moved with the keyboard', async () => {
    await open();
    await page.getByRole('slider', { name: 'Output channels, slider' }).focus();
    await page.keyboard.press('ArrowRight');
    await expectAccountOf({ ...defaults, outputChannels: 320 });
    await page.getByRole('slider', { name: 'Kernel size, slider' }).focus();
    await page.keyboard.press('End');
    await expectAccountOf({ ...defaults, outputChannels: 320, kernel: 11 });
  });

  test('takes a typed number, and says when it does not fit', async () => {
    await open();
    const input = page.getByRole('spinbutton', { name: 'Output channels Cout' });
    await input.fill('1000');
    await expectAccountOf({ ...defaults, outputChannels: 1000 });
    await input.fill('0');
    expect(await page.getByRole('alert').textContent()).toBe('an integer from 1 to 4096');
    await expectAccountOf({ ...defaults, outputChannels: 1000 });
    await input.blur();
    expect(await input.inputValue()).toBe('1000');
  });

  test('says so when the separable layer costs more', async () => {
    await open('?out=1');
    await expectAccountOf({ ...defaults, outputChannels: 1 });
    expect(await field('times').textContent()).toBe('1.11 times as much');
  });

  test('keeps its settings in the address', async () => {
    const settings: Settings = { ...defaults, height: 7, inputChannels: 3, stride: 2, multiplier: 4 };
    await open(linkQuery(settingsForm, settings));
    await expectAccountOf(settings);
    await page.getByRole('spinbutton', { name: 'Kernel size K' }).fill('7');
    const changed = { ...settings, kernel: 7 };
    await page.waitForFunction((query) => location.search === query, linkQuery(settingsForm, changed));
    const link = await field('link').getAttribute('href');
    expect(settingsForm.read(new URL(link!, page.url()).searchParams)).toEqual(changed);
    await page.reload();
    await expectAccountOf(changed);
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectAccountOf(defaults);
  });
});
