/** @file LiteRT.js (Google's TFLite with XNNPACK, in WebAssembly) in Chromium, for tests beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Whether there is a Chromium to run it in. */
export const hasChromium = existsSync(executablePath);

/** The end of a test's title where it is skipped. */
export const chromiumTitle = hasChromium ? '' : ' (skipped: no Chromium, set CHROMIUM_PATH)';

/** A tensor that LiteRT.js takes; it has no other types. */
export interface LiteRtInput {
  readonly dtype: 'float32' | 'uint8';
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** LiteRT.js on one thread. */
export interface LiteRt {
  /** The numbers of each output for each row of inputs. */
  run(model: Uint8Array, rows: readonly (readonly LiteRtInput[])[]): Promise<number[][][]>;
  close(): Promise<void>;
}

type PageRun = (model: string, rows: readonly (readonly LiteRtInput[])[]) => Promise<number[][][]>;

const script = `
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
const loaded = loadLiteRt('/wasm/');
const arrays = { float32: Float32Array, uint8: Uint8Array };
globalThis.litert = async (model, rows) => {
  await loaded;
  const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0));
  const compiled = await loadAndCompile(bytes, { accelerator: 'wasm' });
  const results = [];
  for (const row of rows) {
    const inputs = row.map(({ dtype, shape, data }) => new Tensor(arrays[dtype].from(data), [...shape]));
    const outputs = await compiled.run(inputs);
    results.push(await Promise.all(outputs.map(async (output) => [...(await output.data())])));
    for (const tensor of [...inputs, ...outputs]) tensor.delete();
  }
  compiled.delete();
  return results;
};
`;

/** Starts a browser with LiteRT.js; close it. */
export async function openLiteRt(): Promise<LiteRt> {
  const stdin = { contents: script, resolveDir: import.meta.dirname };
  const bundled = await build({ stdin, bundle: true, format: 'esm', write: false });
  const wasm = join(dirname(dirname(createRequire(import.meta.url).resolve('@litertjs/core'))), 'wasm');
  const html = `<!doctype html><link rel="icon" href="data:,"><script type="module">${bundled.outputFiles[0]?.text}</script>`;
  const server = createServer(({ url = '/' }, response) => {
    const [, folder, file = ''] = url.split('/');
    const type = url.endsWith('.js')
      ? 'text/javascript'
      : url.endsWith('.wasm')
        ? 'application/wasm'
        : 'text/html';
    response.setHeader('content-type', type);
    response.end(folder === 'wasm' ? readFileSync(join(wasm, file)) : html);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    run: (model, rows) =>
      page.evaluate(([bytes, plain]) => (globalThis as unknown as { litert: PageRun }).litert(bytes, plain), [
        Buffer.from(model).toString('base64'),
        rows.map((row) => row.map((input) => ({ ...input, data: Array.from(input.data) }))),
      ] as const),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
