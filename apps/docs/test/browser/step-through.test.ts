import { describe, expect, test } from 'vitest';
import { runExample } from '../../src/islands/step-through/example.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

const counters = () => page().locator('.step-counter').allTextContents();
const outputOf = async (panel: string) =>
  (await page().locator(`.${panel} .panel-output .cell text`).allTextContents()).map((text) =>
    Number(text.replace('−', '-')),
  );

/** The example's output as the panels show it: one channel after another. */
function channelByChannel(): number[] {
  const { standardOutput } = runExample();
  const channels = standardOutput.shape[3]!;
  return Array.from({ length: channels }, (_, channel) =>
    [...standardOutput.data].filter((_, index) => index % channels === channel),
  ).flat();
}

describe('the step-through', () => {
  test('counts multiply-adds on one clock, and ends with the output of the reference on both sides', async () => {
    await open('step-through/');
    expect(await counters()).toEqual(['0 of 972 multiply-adds', '0 of 351 multiply-adds']);
    const scrub = page().getByRole('slider', { name: 'Multiply-adds done' });
    await scrub.focus();
    await page().keyboard.press('ArrowRight');
    expect(await counters()).toEqual(['1 of 972 multiply-adds', '1 of 351 multiply-adds']);
    await page().getByRole('button', { name: 'One result on' }).click();
    expect(await counters()).toEqual(['27 of 972 multiply-adds', '27 of 351 multiply-adds']);
    await scrub.focus();
    await page().keyboard.press('End');
    expect(await counters()).toEqual(['972 of 972 multiply-adds', '351 of 351 multiply-adds']);
    expect(await outputOf('panel-standard')).toEqual(channelByChannel());
    expect(await outputOf('panel-separable')).toEqual(channelByChannel());
  });

  test('plays until it is paused', async () => {
    await open('step-through/');
    await page().getByLabel('Speed').selectOption('slow');
    await page().getByRole('button', { name: 'Play' }).click();
    await page().waitForFunction(
      () => !document.querySelector('.step-counter')?.textContent?.startsWith('0 '),
    );
    await page().getByRole('button', { name: 'Pause' }).click();
    const paused = await counters();
    await page().waitForTimeout(200);
    expect(await counters()).toEqual(paused);
  });
});
