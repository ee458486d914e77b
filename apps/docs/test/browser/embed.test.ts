import { readFileSync } from 'node:fs';
import { separableAccount } from '@sepconv/cost-model';
import { describe, expect, test } from 'vitest';
import { defaults } from '../../src/islands/account/settings.js';
import { moments } from '../../src/islands/step-through/still.js';
import { standardWalk } from '../../src/islands/step-through/walk.js';
import { citationOf, embedAddress, factsOf, frameOf, pieces } from '../../src/lib/embed.js';
import { decimal } from '../../src/lib/numbers.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

/** What a click saves. */
async function saved(name: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page().waitForEvent('download'),
    page().getByRole('button', { name }).click(),
  ]);
  return readFileSync(await file.path());
}

describe('pieces for others', () => {
  test.each(pieces)(
    '%s fits its frame in somebody else’s page, in their theme, and keeps to itself',
    async (piece) => {
      await open(`zh/embed/${piece}/?theme=dark`);
      await page().setViewportSize({ width: 720, height: factsOf[piece].height });
      const shown = await page().evaluate(() => ({
        theme: document.documentElement.dataset.theme,
        tooHigh: document.documentElement.scrollHeight - innerHeight,
        tooWide: document.documentElement.scrollWidth - innerWidth,
        source: document.querySelector<HTMLAnchorElement>('.embed-source a')!.target,
      }));
      expect(shown).toEqual({ theme: 'dark', tooHigh: 0, tooWide: 0, source: '_top' });
    },
  );

  test.each(pieces.filter((piece) => factsOf[piece].fitsSlide))('%s fits a slide', async (piece) => {
    await open(`embed/${piece}/?view=slide`);
    for (const [width, height] of [
      [1920, 1080],
      [1280, 720],
    ] as const) {
      await page().setViewportSize({ width, height });
      const excess = await page().evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(excess, `${width}×${height}`).toBeLessThanOrEqual(0);
    }
  });

  test('the account’s frame and the code to copy keep the settings', async () => {
    await open('account/?out=64&k=5');
    const code = page().locator('.snippet code').first();
    await page().locator('.snippet').first().hover();
    await expect.poll(() => code.textContent()).toContain(`${embedAddress('account', 'en')}?out=64&amp;k=5`);
    expect(await page().locator('.snippet code').last().textContent()).toBe(citationOf('account', 'en'));
    const { ratio } = separableAccount({ ...defaults, outputChannels: 64, kernel: 5 });
    await open('embed/account/?out=64&k=5');
    await expect
      .poll(() => page().locator('[data-field="ratio"]').textContent())
      .toBe(decimal(ratio.value, 5));
  });

  test('a moment of the step-through is an SVG, and all of it a PNG that moves', async () => {
    await open('step-through/');
    expect(await page().locator('.snippet code').first().textContent()).toBe(frameOf('step-through', 'en'));
    await page().getByLabel('Multiply-adds done').fill('100');
    const still = (await saved('This moment as SVG')).toString();
    // It says where it stands, and brings its colours with it.
    expect(still).toContain(`100 of ${standardWalk().total} multiply-adds`);
    expect(still).not.toMatch(/var\(|class=/);
    const size = await page().evaluate(async (svg) => {
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, still);
    const moving = await saved('All of it as an animated PNG');
    expect([moving.readUInt32BE(16), moving.readUInt32BE(20)]).toEqual(size);
    const frames = await page().evaluate(async (base64) => {
      const data = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type: 'image/png' });
      await decoder.tracks.ready;
      const { frameCount } = decoder.tracks.selectedTrack!;
      const { image } = await decoder.decode({ frameIndex: frameCount - 1 });
      return [frameCount, image.duration];
    }, moving.toString('base64'));
    expect(frames).toEqual([moments().length, 3_000_000]);
  });
});
