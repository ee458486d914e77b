import { existsSync, readFileSync } from 'node:fs';
import { loadNetwork } from '@sepconv/vision';
import { describe, expect, test } from 'vitest';
import { teachWords } from '../../src/islands/teach/words.js';
import { pageSession } from '../support/session.js';
import { shapeImage, shapeNames } from '../support/shapes.js';

const shared = new URL('../../../../../shared/models/mobilenet_v1_0.25_128_quant.tflite', import.meta.url);
const { page, open } = pageSession();

/** An image as a file that browsers show: BMP, 24 bits, rows from below. */
function bmp(name: string, seed: number) {
  const { data, width, height } = shapeImage(name, seed);
  const buffer = Buffer.alloc(54 + width * height * 3);
  buffer.write('BM');
  buffer.writeUInt32LE(buffer.length, 2);
  buffer.writeUInt32LE(54, 10);
  buffer.writeUInt32LE(40, 14);
  buffer.writeInt32LE(width, 18);
  buffer.writeInt32LE(height, 22);
  buffer.writeUInt16LE(1, 26);
  buffer.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = 54 + ((height - 1 - y) * width + x) * 3;
      for (let c = 0; c < 3; c++) buffer[to + c] = data[from + 2 - c]!;
    }
  }
  return { name: `${name}-${seed}.bmp`, mimeType: 'image/bmp', buffer };
}

const images = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => bmp(name, 1000 * shapeNames.indexOf(name) + i + 1));

/** Fills the classes of the page. */
async function show(language: 'en' | 'zh', names: readonly string[], count: number): Promise<void> {
  const words = teachWords(language);
  for (const [i, name] of names.entries()) {
    if (i > 1) await page().getByRole('button', { name: words.addClass }).click();
    await page()
      .getByRole('textbox', { name: words.className(i + 1) })
      .fill(name);
    await page().getByLabel(words.photos(name)).setInputFiles(images(name, count));
  }
}

describe('teach it', () => {
  test('learns five drawn classes from a dropped network, and its file opens elsewhere with their names', async ({
    skip,
  }) => {
    if (!existsSync(shared)) return skip('../shared/models is not here');
    const words = teachWords('en');
    await open('teach/');
    await page()
      .getByLabel(words.model)
      .setInputFiles({ name: 'mobilenet.tflite', mimeType: '', buffer: readFileSync(shared) });
    await show('en', shapeNames, 30);
    const worker = page().waitForEvent('worker');
    await page().getByRole('button', { name: words.teach, exact: true }).click();
    await worker;
    const right = page().locator('.tile', { hasText: words.accuracy }).first();
    await right.waitFor();
    console.log(await page().getByText('Learnt from').textContent(), await right.textContent());
    expect(Number.parseFloat((await right.locator('b').textContent())!)).toBeGreaterThan(95);
    expect(await right.textContent()).toContain(words.heldBack(30));
    expect(await page().locator('.tile', { hasText: words.reopened }).textContent()).toContain('30 / 30');
    for (const name of shapeNames) {
      await page().getByLabel(words.test).setInputFiles(bmp(name, 77_000));
      const first = page().locator('.guesses .bar-name').first();
      await expect.poll(() => first.textContent()).toBe(name);
    }
    const download = page().waitForEvent('download');
    await page()
      .getByRole('link', { name: words.save('taught.tflite') })
      .click();
    const { metadata } = await loadNetwork(new Uint8Array(readFileSync(await (await download).path())));
    expect(metadata.labels).toEqual(shapeNames);
  });

  test('learns strokes without a file, in Chinese, and says what is missing', async () => {
    const words = teachWords('zh');
    await open('zh/teach/');
    const button = page().getByRole('button', { name: words.teach, exact: true });
    expect(await button.isDisabled()).toBe(true);
    await page().getByRole('button', { name: words.camera }).click();
    // There is no camera here.
    expect(await page().getByRole('alert').textContent()).toContain(words.noCamera(''));
    await show('zh', ['cross', 'ring'], 2);
    await page()
      .getByRole('textbox', { name: words.className(2) })
      .fill('cross');
    await button.click();
    await page().getByText('two classes are called "cross"').waitFor();
    await page()
      .getByRole('textbox', { name: words.className(2) })
      .fill('ring');
    await button.click();
    await page().getByText(words.notHeldBack).waitFor();
    await page().getByLabel(words.test).setInputFiles(bmp('ring', 78_000));
    await expect.poll(() => page().locator('.guesses li').count()).toBe(2);
  });
});
