/** @file LiteRT.js (Google's TFLite with XNNPACK, in WebAssembly) in Chromium, for tests beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Whether there is a Chromium to run it in. */
export const hasChromium = existsSync(executablePath);

/** The end of a test's title where it is skipped. */
export const chromiumTitle = hasChromium ? '' : ' (skipped: no Chromium, set CHROMIUM_PATH)';

/** A tensor that LiteRT.js takes; it has no other types. */
export interface LiteRtInput {
  readonly dtype: 'float32' | 'int32' | 'uint8' | 'int8';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array;
}

/** LiteRT.js on one thread. */
export interface LiteRt {
  /**
   * The numbers of each output for each row of inputs.
   *
   * @throws {Error} with the runtime's words, where it refuses the model.
   */
  run(model: Uint8Array, rows: readonly (readonly LiteRtInput[])[]): Promise<number[][][]>;
  close(): Promise<void>;
}

/** An input as the page takes it: its bytes as text, which is many times as fast as a list of numbers. */
type PageInput = Omit<LiteRtInput, 'data'> & { readonly bytes: string };
type PageRun = (model: string, rows: readonly (readonly PageInput[])[]) => Promise<number[][][]>;

const script = `
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
// What the runtime refuses it only prints, and gives whatever is in its memory.
const errors = [];
console.error = (text) => String(text).startsWith('ERROR') && errors.push(text);
const loaded = loadLiteRt('/wasm/');
const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array };
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
globalThis.litert = async (model, rows) => {
  await loaded;
  errors.length = 0;
  const compiled = await loadAndCompile(bytesOf(model), { accelerator: 'wasm' }).catch((error) => {
    throw new Error([...errors, error].join('; '));
  });
  const results = [];
  for (const row of rows) {
    const inputs = row.map(({ dtype, shape, bytes }) => new Tensor(new arrays[dtype](bytesOf(bytes).buffer), [...shape]));
    const outputs = await compiled.run(inputs);
    results.push(await Promise.all(outputs.map(async (output) => [...(await output.data())])));
    for (const tensor of [...inputs, ...outputs]) tensor.delete();
  }
  compiled.delete();
  if (errors.length > 0) throw new Error(errors.join('; '));
  return results;
};
`;

/** The runtime computes int8, but LiteRT.js's table of typed arrays leaves it out: this is the row that it lacks. */
const int8Tensors: Plugin = {
  name: 'int8-tensors',
  setup: ({ onLoad }) => {
    onLoad({ filter: /@litertjs[\\/]core[\\/]dist[\\/]index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const row =
        /\{\s*dtype: "uint8",\s*typedArrayConstructor: Uint8Array,\s*elementType: ElementType\.UINT8\s*\}/;
      if (!row.test(source)) throw new Error(`${path} has another table of types than this test knows`);
      const int8 = '{ dtype: "int8", typedArrayConstructor: Int8Array, elementType: ElementType.INT8 }';
      return { contents: source.replace(row, `$&, ${int8}`), loader: 'js' };
    });
  },
};

async function servePage(): Promise<Server> {
  const stdin = { contents: script, resolveDir: import.meta.dirname };
  const bundled = await build({ stdin, bundle: true, format: 'esm', write: false, plugins: [int8Tensors] });
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
  return server;
}

const asText = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Starts a browser with LiteRT.js; close it. */
export async function openLiteRt(): Promise<LiteRt> {
  const server = await servePage();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    run: (model, rows) =>
      page.evaluate(([bytes, plain]) => (globalThis as unknown as { litert: PageRun }).litert(bytes, plain), [
        asText(model),
        rows.map((row) => row.map(({ data, ...input }) => ({ ...input, bytes: asText(data) }))),
      ] as const),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
