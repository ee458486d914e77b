/** @file CPU and GPU side by side, in Chromium with its software adapter. */
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { layerGraphs, mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { imageFor, withWeights } from '../../src/islands/measure/forms.js';
import { layerName, mobileNetLayers } from '../../src/islands/measure/layers.js';
import { softwareGpu } from '../support/browser.js';
import { onnxFile } from '../support/files.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession(softwareGpu);

const field = async (name: string) => (await page().locator(`[data-field="${name}"]`).textContent())!;
const compareButton = () => page().getByRole('button', { name: 'Compare with the GPU' });
const done = () => page().getByText('Done: both gave the same results').waitFor({ timeout: 120_000 });

/** The largest result and the largest difference that the page shows. */
async function shownDifference(of: string): Promise<{ difference: number; largest: number }> {
  const [difference = NaN, largest = NaN] = (await field(`${of}-difference`)).split(' / ').map(Number);
  return { difference, largest };
}

const largestOf = ({ data }: Tensor): number => [...data].reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Times that are there, of an adapter that is named as software and not praised. */
async function expectHonestTimes(of: string): Promise<void> {
  for (const name of ['cpu', 'gpu', 'gpu-alone'])
    expect(Number.parseFloat((await field(`${of}-${name}`)).replaceAll(',', '')), name).toBeGreaterThan(0);
  const verdict = page().locator('.gpu-verdict');
  expect(await verdict.getAttribute('data-software')).toBe('true');
  const text = (await verdict.textContent())!;
  expect(text).toMatch(/Adapter: .*swiftshader.*This adapter is software.*say nothing about GPUs/i);
  expect(text).not.toContain('faster');
}

describe('the GPU beside the CPU', () => {
  test('measure here: a layer in both forms, with the results that the engine gives', async () => {
    await open('measure/');
    const layer = mobileNetLayers()[0]!;
    await page().getByRole('combobox', { name: 'Layer' }).selectOption(layerName(layer));
    await compareButton().click();
    await done();
    for (const form of ['standard', 'separable'] as const) {
      await expectHonestTimes(form);
      const network = withWeights(layerGraphs(layer)[form]);
      const session = await compile(network);
      const expected = largestOf(session.run(imageFor(network.graph)));
      session.dispose();
      const { difference, largest } = await shownDifference(form);
      expect(largest / expected).toBeCloseTo(1, 2);
      expect(difference).toBeLessThan(1e-4 * largest);
      // The separable form is one dispatch as well: its depthwise step is computed where the pointwise one reads.
      expect(await field(`${form}-dispatches`)).toBe('1');
    }
    await expect.poll(() => page().workers().length).toBe(0);
    // Another layer is another question.
    await page().getByRole('combobox', { name: 'Layer' }).selectOption(layerName(mobileNetLayers()[1]!));
    await expect.poll(() => page().locator('.gpu-table').count()).toBe(0);
  });

  test('drop a model: the whole network on drawn numbers, in Chinese too', async () => {
    const graph = mobileNetV2({ width: 0.35, resolution: 32, classes: 10 });
    const network = { graph, weights: initializeWeights(graph, 1) };
    const session = await compile(network);
    const expected = largestOf(session.run(randomTensor([1, 32, 32, 3], createRandom(2), -1, 1)));
    session.dispose();
    await open('zh/model/');
    await page()
      .getByLabel('把 ONNX 或 TFLite 文件拖到这里，或点此选择')
      .setInputFiles(onnxFile('v2.onnx', graph));
    await page().getByRole('button', { name: '与 GPU 比较' }).click();
    await page().getByText('完成：两者结果相同').waitFor({ timeout: 120_000 });
    const { difference, largest } = await shownDifference('model');
    expect(largest / expected).toBeCloseTo(1, 2);
    expect(difference).toBeLessThan(1e-3 * largest);
    expect(Number(await field('model-dispatches'))).toBeLessThanOrEqual(40);
    expect(await page().locator('.gpu-verdict').textContent()).toContain('这个适配器是软件');
  });

  test('run it: the same image, the same first class', async () => {
    await open('run/');
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 4 });
    await page()
      .getByLabel('Drop an ONNX or TFLite file here, or choose one')
      .setInputFiles(onnxFile('tiny.onnx', graph));
    const png = await page().evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 32;
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'orange';
      context.fillRect(4, 8, 20, 9);
      return canvas.toDataURL('image/png').split(',')[1]!;
    });
    const image = { name: 'orange.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') };
    await page().getByLabel('Drop an image here, or choose one').setInputFiles(image);
    await page().locator('.model .guesses li').first().waitFor();
    await compareButton().click();
    await done();
    await expectHonestTimes('model');
    expect(await page().locator('.gpu-verdict').textContent()).toContain('Both put the same class first.');
  });

  test('can be stopped, and asked again', async () => {
    await open('measure/');
    await compareButton().click();
    await page().getByRole('button', { name: 'Stop', exact: true }).click();
    await page().getByText('Stopped.').waitFor();
    await expect.poll(() => page().workers().length).toBe(0);
    await page().getByRole('button', { name: 'Compare again' }).click();
    await page().getByRole('button', { name: 'Stop', exact: true }).click();
  });
});
