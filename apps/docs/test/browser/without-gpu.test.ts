/** @file What a page says of the GPU in a browser that offers none. */
import { mobileNetV1 } from '@sepconv/mobilenet';
import { expect, test } from 'vitest';
import { onnxFile } from '../support/files.js';
import { pageSession } from '../support/session.js';

const { page, open } = pageSession();

test('without WebGPU one line says so, or the adapter that is missing is named', async () => {
  await open('model/');
  await page()
    .getByLabel('Drop an ONNX or TFLite file here, or choose one')
    .setInputFiles(onnxFile('small.onnx', mobileNetV1({ width: 0.25, resolution: 32 })));
  await page()
    .getByText(/^small.onnx: \d+ layers/)
    .waitFor();
  const gpu = page().locator('.gpu');
  await gpu.waitFor();
  const hasApi = await page().evaluate(() => navigator.gpu !== undefined);
  if (!hasApi) expect(await gpu.textContent()).toContain('offers this page no WebGPU');
  expect(await gpu.count()).toBe(1);
});
