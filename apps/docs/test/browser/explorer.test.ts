import { costOf, type NetworkCost, passesOf, peakMemory } from '@sepconv/cost-model';
import { buildNetwork } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { rooflineView } from '../../src/islands/roofline/roofline-data.js';
import { exact, percent } from '../../src/lib/numbers.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

/** The two totals, once they are these: settings from a link come after the first picture. */
const expectTotals = (wanted: readonly string[]) =>
  expect
    .poll(async () => (await page().locator('.tile b').allTextContents()).slice(0, 2), { timeout: 30_000 })
    .toEqual(wanted);
const choice = (name: string) => page().getByRole('combobox', { name });
const totalsOf = ({ totals }: NetworkCost) => [
  exact(totals.macs, 'en'),
  exact(totals.params.trainable, 'en'),
];

describe('the network explorer', () => {
  test('shows what the cost model says of the chosen network', async () => {
    await open('explorer/');
    await expectTotals(['568,740,352', '4,231,976']);
    await choice('Network').selectOption('mobilenet-v2');
    await choice('Width').selectOption('0.35');
    await choice('Resolution').selectOption('96');
    const small = costOf(buildNetwork('mobilenet-v2', { width: 0.35, resolution: 96 }));
    await expectTotals(totalsOf(small));
    await page().getByRole('checkbox').check();
    const twin = costOf(buildNetwork('mobilenet-v2', { width: 0.35, resolution: 96, separable: false }));
    await expectTotals(totalsOf(twin));
  });

  test('opens a link, and shows the layers of a block that is chosen with the keyboard', async () => {
    await open('explorer/?network=mobilenet-v2&width=1&resolution=224&twin=no');
    await expectTotals(['300,774,272', '3,504,872']);
    await page()
      .getByRole('radio', { name: /^block_1:/ })
      .focus();
    await page().keyboard.press('ArrowRight');
    const second = page().getByRole('radio', { name: /^block_2:/ });
    expect(await second.getAttribute('aria-checked')).toBe('true');
    expect(await second.evaluate((element) => element === document.activeElement)).toBe(true);
    const rows = page().locator('.layer-table').first().locator('tbody tr');
    const { layers } = costOf(buildNetwork('mobilenet-v2'));
    const expected = layers.filter(({ block }) => block === 'block_2');
    expect(await rows.count()).toBe(expected.length);
    expect(await rows.first().locator('th').textContent()).toBe(expected[0]!.name);
    expect(await rows.first().locator('td').nth(2).textContent()).toBe(exact(expected[0]!.macs, 'en'));
  });

  test('shows when memory is most, and what a machine that the reader describes needs at least', async () => {
    await open('explorer/?network=mobilenet-v2&width=1&resolution=224&twin=no');
    const graph = buildNetwork('mobilenet-v2');
    const { peak, timeline } = peakMemory(graph);
    await page().getByText(peak.nodes.join(' + '), { exact: true }).first().waitFor();
    const label = await page().locator('.memory-timeline').getAttribute('aria-label');
    expect(label).toContain(`${timeline.length} steps`);
    await page().getByLabel('Arithmetic, GFLOP/s').fill('25');
    await page().getByLabel('Memory, GB/s').fill('5');
    const { milliseconds, memoryShare } = rooflineView(passesOf(graph), { gigaflops: 25, bandwidth: 5 });
    expect(await page().locator('[data-field="roofline"]').textContent()).toBe(
      `All layers one after the other take ${milliseconds.toPrecision(3)} ms at least, ${percent(memoryShare, 'en')} of it in layers that memory bounds.`,
    );
    await page().locator('.roofline .chart-frame svg').waitFor();
    await page().getByLabel('Memory, GB/s').fill('-1');
    expect(await page().getByRole('alert').textContent()).toBe('a number from 0.1 to 100000');
  });

  test('measures every layer here, and shows it beside the roof', async () => {
    await open('explorer/?network=mobilenet-v1&width=0.25&resolution=96&twin=no');
    await page().getByRole('button', { name: 'Measure every layer here' }).click();
    const said = page().locator('[data-field="roofline-measured"]');
    await said.waitFor({ timeout: 60_000 });
    expect(await said.textContent()).toMatch(
      /^Measured here, rings: [\d.]+ ms in all; the roof’s least is [\d.]+% of/,
    );
    const peak = Number(await page().getByLabel('Arithmetic, GFLOP/s').inputValue());
    expect(peak).toBeGreaterThan(0.1);
    await expect.poll(() => page().workers().length).toBe(0);
    // A ring for each layer with multiply-adds: 27 convolutions and the dense layer.
    await expect.poll(() => page().locator('.roofline svg circle').count()).toBe(2 * 28);
    await choice('Width').selectOption('0.5');
    await expect.poll(() => said.count()).toBe(0);
  });
});
