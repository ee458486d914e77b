/** @file `node test/support/screenshots.ts OUT [page…]`: the built site at both widths and themes, to look at. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, launchChromium, watchedPage } from './browser.ts';
import { readThrough } from './read-through.ts';
import { serve } from './serve.ts';

const [out = 'screenshots', ...pages] = process.argv.slice(2);
const widths = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

const chromium = findChromium();
if (chromium === undefined) throw new Error('no Chromium found: install it, or set CHROMIUM_PATH');
await mkdir(out, { recursive: true });
const site = await serve(fileURLToPath(new URL('../../dist', import.meta.url)), '/any/path/');
const browser = await launchChromium(chromium);
try {
  for (const path of pages.length === 0 ? [''] : pages) {
    for (const viewport of widths) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, problems, close } = await watchedPage(browser, new URL(site.url).origin, {
          viewport,
          colorScheme,
          reducedMotion: 'reduce',
        });
        await page.goto(`${site.url}${path}`);
        await readThrough(page);
        const name = `${path.replaceAll('/', '-').replace(/-$/, '') || 'start'}-${viewport.width}-${colorScheme}.png`;
        await page.screenshot({ path: join(out, name), fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        console.log(name, overflow > 0 ? `WIDER BY ${overflow}` : '', ...problems);
        await close();
      }
    }
  }
} finally {
  await browser.close();
  await site.close();
}
