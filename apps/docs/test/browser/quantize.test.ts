import { readFile } from 'node:fs/promises';
import { type ImportedNetwork, readNetwork } from '@sepconv/formats';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { compareNetworks } from '@sepconv/quantize';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { allRules, axeFaults } from '../support/axe.js';
import { onnxFile } from '../support/files.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 4 });
const dropped = onnxFile('tiny.onnx', graph);
const part = () => page().locator('.quantize');

async function drop(path: string, label: string): Promise<void> {
  await open(path);
  await page().getByLabel(label).setInputFiles(dropped);
  await part().waitFor();
}
const dropHere = () => drop('model/', 'Drop an ONNX or TFLite file here, or choose one');

/** A file that the page saves under this name, as a network of integers. */
async function saved(name: string): Promise<ImportedNetwork> {
  const [download] = await Promise.all([
    page().waitForEvent('download'),
    page()
      .getByRole('link', { name: `Save ${name}` })
      .click(),
  ]);
  expect(download.suggestedFilename()).toBe(name);
  return readNetwork(new Uint8Array(await readFile(await download.path())), { arithmetic: 'integer' });
}

/** Pictures of noise, made by the browser. */
async function pictures(count: number) {
  const urls = await page().evaluate(async (wanted) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const context = canvas.getContext('2d')!;
    return Array.from({ length: wanted }, (_, k) => {
      for (let i = 0; i < 100; i++) {
        context.fillStyle = `hsl(${(i * 37 + k * 90) % 360} 80% ${(i * 13 + 10 * k) % 100}%)`;
        context.fillRect((i % 10) * 4, Math.floor(i / 10) * 4, 4, 4);
      }
      return canvas.toDataURL('image/png');
    });
  }, count);
  return urls.map((url, k) => ({
    name: `${k}.png`,
    mimeType: 'image/png',
    buffer: Buffer.from(url.split(',')[1]!, 'base64'),
  }));
}

describe('a model that is dropped', () => {
  test('becomes one of integers from images, with a report of every layer and files that compute nearly the same', async () => {
    await dropHere();
    await part()
      .getByLabel('Drop images like those')
      .setInputFiles(await pictures(6));
    await part().getByText('6 images, of which 1 are held back').waitFor();
    await part().getByRole('button', { name: 'Quantize' }).click();
    await part()
      .getByText(/^Quantized in \d/)
      .waitFor();
    await part().getByText('on the image held back').waitFor();
    await part()
      .getByText(/^All \d+ layers, quantized$/)
      .click();
    const rows = part().locator('.quantize-table tbody tr');
    const imported = await readNetwork(dropped.buffer);
    const products = imported.network.graph.nodes.filter(({ op }) => /conv2d|dense/.test(op));
    expect(await rows.count()).toBeGreaterThan(products.length);
    // A softmax that ends in real numbers stays, and says why.
    expect(await rows.last().locator('td').last().textContent()).not.toBe('');
    expect(await rows.first().locator('td').allTextContents()).toEqual([
      expect.any(String),
      expect.stringContaining(' … '),
      expect.stringMatching(/^[\d.e-]+$/),
      expect.stringMatching(/ dB$/),
      expect.stringMatching(/ dB$/),
      '',
    ]);
    expect(await axeFaults(page(), allRules, { include: ['.quantize'] })).toEqual([]);
    for (const name of ['tiny-int8.tflite', 'tiny-int8.onnx']) {
      const { network } = await saved(name);
      expect(network.graph.nodes.map(({ op }) => op)).toContain('quantized-conv2d');
      const sample = randomTensor([1, 32, 32, 3], createRandom(3), -1, 1);
      const { outputError } = await compareNetworks(imported.network, network, [sample]);
      expect(outputError).toBeLessThan(0.2);
    }
  });

  test('says without images what that costs, in Chinese too', async () => {
    await drop('zh/model/', '把 ONNX 或 TFLite 文件拖到这里，或点此选择');
    await part().getByText('没有图像时').waitFor();
    await part().getByRole('button', { name: '量化' }).click();
    await part()
      .getByText(/^量化用时/)
      .waitFor();
    await part().getByText('个随机输入比较，它们与照片不同').waitFor();
  });

  test('is left when it takes too long, and another one is quantized anew', async () => {
    await open('model/');
    await page().getByRole('button', { name: 'Try MobileNetV2' }).click();
    await part().getByRole('button', { name: 'Quantize' }).click();
    await part().getByRole('progressbar').waitFor();
    await part().getByRole('button', { name: 'Stop' }).click();
    await part().getByText('Stopped.').waitFor();
    await page().getByLabel('Drop an ONNX or TFLite file here, or choose one').setInputFiles(dropped);
    await page()
      .getByText(/^tiny\.onnx: \d+ layers/)
      .waitFor();
    expect(await part().getByText('Stopped.').count()).toBe(0);
    await part().getByRole('button', { name: 'Quantize' }).click();
    await part()
      .getByText(/^Quantized in \d/)
      .waitFor();
  });

  test('says in a sentence what is wrong with an image', async () => {
    await dropHere();
    const broken = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') };
    await part().getByLabel('Drop images like those').setInputFiles([broken]);
    await part().getByRole('button', { name: 'Quantize' }).click();
    await part().getByRole('alert').getByText('this is no image that the browser can decode').waitFor();
  });
});
