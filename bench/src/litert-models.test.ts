/**
 * @file MediaPipe's dense networks in the fastest engine, beside LiteRT.js (Google's TFLite with XNNPACK, in WebAssembly) in
 * Chromium. Skipped, and said so, where there is no Chromium.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { compile } from '@sepconv/kernels';
import { createTensor } from '@sepconv/tensor';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../packages/formats/test/read-now.js';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const hasChromium = existsSync(executablePath);
const { resolve } = createRequire(import.meta.url);
const modelPath = (file: string): string => resolve(`@mediapipe/${file}`);

/** What the page calls; LiteRT.js has types of its own, which need the browser's. */
interface LiteRtPage {
  litert(model: string, shape: readonly number[], input: readonly number[]): Promise<number[][]>;
}

const script = `
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
const loaded = loadLiteRt('/wasm/');
globalThis.litert = async (model, shape, input) => {
  await loaded;
  const compiled = await loadAndCompile('/models/' + model, { accelerator: 'wasm' });
  const results = await compiled.run(new Tensor(Float32Array.from(input), shape));
  return Promise.all(results.map(async (result) => [...(await result.data())]));
};
`;

async function serve(): Promise<Server> {
  const stdin = { contents: script, resolveDir: import.meta.dirname };
  const bundled = await build({ stdin, bundle: true, format: 'esm', write: false });
  const wasm = join(dirname(dirname(resolve('@litertjs/core'))), 'wasm');
  const page = `<!doctype html><link rel="icon" href="data:,"><script type="module">${bundled.outputFiles[0]?.text}</script>`;
  const server = createServer(({ url = '/' }, response) => {
    const [, folder, ...rest] = url.split('/');
    const isJs = url.endsWith('.js');
    const type = isJs ? 'text/javascript' : url.endsWith('.wasm') ? 'application/wasm' : 'text/html';
    response.setHeader('content-type', type);
    if (folder === 'wasm') response.end(readFileSync(join(wasm, rest.join('/'))));
    else if (folder === 'models') response.end(readFileSync(modelPath(rest.join('/'))));
    else response.end(page);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return server;
}

/** Soft shapes like those of a photo, between 0 and 1; noise would leave the networks without a doubt of anything. */
function pictureOf([, height = 0, width = 0, channels = 0]: readonly number[]): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, i) => {
    const channel = i % channels;
    const x = (Math.floor(i / channels) % width) / width - 0.5;
    const y = Math.floor(i / channels / width) / height - 0.5;
    const inside = x * x + y * y * 0.6 < 0.08 ? 0.75 - 0.15 * channel : 0.3 + 0.1 * channel;
    return inside + 0.1 * Math.sin(9 * x + channel) * Math.cos(7 * y);
  });
}

let server: Server | undefined;
let browser: Browser | undefined;
let page: Page;
beforeAll(async () => {
  if (!hasChromium) return;
  server = await serve();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe.skipIf(!hasChromium)(
  `networks of MediaPipe agree with LiteRT.js${hasChromium ? '' : ' (skipped: no Chromium, set CHROMIUM_PATH)'}`,
  () => {
    test.each([
      'selfie_segmentation/selfie_segmentation.tflite',
      'selfie_segmentation/selfie_segmentation_landscape.tflite',
      'face_detection/face_detection_short_range.tflite',
      'face_detection/face_detection_full_range.tflite',
    ])('%s', { timeout: 300_000 }, async (file) => {
      const { network, inputs, outputs } = readTflite(new Uint8Array(readFileSync(modelPath(file))));
      const shape = inputs[0]?.shape ?? [];
      const picture = pictureOf(shape);
      const session = await compile(network, { allowProcessFlags: true });
      session.run(createTensor('float32', shape, picture));
      const theirs = await page.evaluate(
        ([model, dims, numbers]) => (globalThis as unknown as LiteRtPage).litert(model, dims, numbers),
        [file, shape, [...picture]] as const,
      );
      expect(theirs).toHaveLength(outputs.length);
      outputs.forEach(({ name }, i) => {
        const ours = session.outputs.get(name)?.data ?? new Float32Array();
        const expected = theirs[i] ?? [];
        expect(ours).toHaveLength(expected.length);
        let [least, most, error] = [Infinity, -Infinity, 0];
        expected.forEach((value, k) => {
          least = Math.min(least, value);
          most = Math.max(most, value);
          error = Math.max(error, Math.abs(value - (ours[k] as number)));
        });
        expect(most - least).toBeGreaterThan(0.01);
        expect(error / (most - least)).toBeLessThan(1e-4);
      });
    });
  },
);
