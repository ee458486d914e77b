import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bestOf, rate } from '../../src/islands/choose/candidates.js';
import { exact } from '../../src/lib/numbers.js';
import { publishedRows } from '../../src/lib/published-rows.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();
const candidates = publishedRows();
const rows = () => page().locator('.choose-table tbody tr');
const ids = () => rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.id));
const cells = (id: string) => page().locator(`[data-id="${id}"]`).locator('th, td').allTextContents();
const fitting = (...rest: Parameters<typeof rate> extends [unknown, unknown, ...infer Rest] ? Rest : never) =>
  rate(candidates, {}, ...rest).filter(({ fits }) => fits);

describe('the chooser', () => {
  test('shows what the packages count, keeps to budgets, and a link and a file keep the choice', async () => {
    await open('choose/?by=size&max-macs=300&max-size=4');
    const expected = fitting({ macs: 300e6, size: 4e6 }, 'size');
    expect(expected.length).toBeGreaterThan(10);
    await expect.poll(ids).toEqual(expected.map(({ id }) => id));
    const best = bestOf(expected)!;
    expect(await page().locator('.choose-answer').textContent()).toContain(
      `${expected.length} of ${candidates.length} networks are within the budgets. The most accurate of them: ${best.network}`,
    );
    const [name, top1, macs, params] = await cells(best.id);
    expect(name).toContain(best.network);
    expect(top1).toBe(best.top1.toFixed(1));
    expect([macs, params]).toEqual([exact(best.macs, 'en'), exact(best.params, 'en')]);
    expect(await page().locator(`[data-id="${best.id}"] td a`).getAttribute('href')).toBe(best.link);
    // All networks stay in the picture, and the front is marked in it as in the table.
    const front = expected.filter(({ isOptimal }) => isOptimal).length;
    expect(await page().locator('.choose svg circle').count()).toBe(candidates.length);
    expect(await page().locator('.choose-table .on-front').count()).toBe(front);
    await page().getByLabel('Peak memory at most, MB').fill('1');
    const fewer = fitting({ macs: 300e6, size: 4e6, memory: 1e6 }, 'size');
    await expect.poll(ids).toEqual(fewer.map(({ id }) => id));
    await expect
      .poll(() => new URL(page().url()).search)
      .toBe('?by=size&max-macs=300&max-size=4&max-memory=1');
    const [file] = await Promise.all([
      page().waitForEvent('download'),
      page().getByRole('link', { name: 'Save as CSV' }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(candidates.length + 1);
    expect(lines.filter((line) => /,true,(true|false),"https/.test(line))).toHaveLength(fewer.length);
  });

  test('times the networks within the budgets here, can be stopped, and keeps the times', async () => {
    await open('zh/choose/?max-macs=15');
    const small = fitting({ macs: 15e6 }, 'macs').map(({ id }) => id);
    expect(small).toEqual(['mobilenet-v2_0.35_96', 'mobilenet-v1_0.25_128']);
    await page().getByRole('button', { name: '在本机测量 2 个网络' }).click();
    const time = async (id: string) => Number.parseFloat((await cells(id))[7]!.replace('≈', ''));
    for (const id of small) await expect.poll(() => time(id), { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => page().workers().length, { timeout: 30_000 }).toBe(0);
    const before = await Promise.all(small.map(time));
    await open('zh/choose/?by=ms&max-ms=10000');
    await expect.poll(() => rows().count()).toBe(2);
    expect(new Set(await Promise.all(small.map(time)))).toEqual(new Set(before));
    await page()
      .getByRole('button', { name: /^在本机测量 \d+ 个网络$/ })
      .click();
    await page().getByText('第 1 个').waitFor();
    await page().getByRole('button', { name: '停止' }).click();
    await page()
      .getByText(/^已停止/)
      .waitFor();
    await expect.poll(() => page().workers().length, { timeout: 30_000 }).toBe(0);
  });
});
