import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { initializeWeights } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { prebuiltFiles, sampleGraph } from '../support/prebuilt.js';
import { promisedOutput } from '../support/promised-output.js';
import { bundledSample, type Files, serveSample } from '../support/serve-sample.js';
import { browserSession } from '../support/session.js';

const session = browserSession();
const folder = new URL('../../samples/browser/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => basename(name, '.ts'));

/** A picture of one grey pixel, as a PNG. */
const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** What the samples fetch. */
function fetchedFiles(): Files {
  const graph = sampleGraph();
  return new Map<string, Uint8Array | string>([
    ['model.onnx', writeOnnx({ graph, weights: initializeWeights(graph, 1) })],
    ['photo.png', photo],
    ...prebuiltFiles(),
  ]);
}

/** The page's console, until it has said `count` lines or an error. */
async function consoleOf(name: string, scriptSources: string, count: number): Promise<string[]> {
  const host = await serveSample(new Map([...fetchedFiles(), ...(await bundledSample(name))]), scriptSources);
  const page = await session.browser().newPage();
  try {
    return await new Promise<string[]>((resolve, reject) => {
      const lines: string[] = [];
      const say = (line: string) => {
        lines.push(line);
        if (lines.length >= count) resolve(lines);
      };
      page.on('console', (message) => say(message.text()));
      page.on('pageerror', (error) => say(error.message));
      page.goto(host.url).catch(reject);
    });
  } finally {
    await page.close();
    host.close();
  }
}

describe('samples for the browser, bundled and run in Chromium', () => {
  test('there are samples', () => expect(samples.length).toBeGreaterThan(2));

  test.each(samples)('%s prints what its last comment promises, under a strict policy', async (name) => {
    const promised = promisedOutput(readFileSync(new URL(`${name}.ts`, folder), 'utf8'));
    expect(promised.length).toBeGreaterThan(0);
    expect(await consoleOf(name, "'self' 'wasm-unsafe-eval'", promised.length)).toEqual(promised);
  });

  test.each(['worker', 'prebuilt'])(
    '%s cannot run where the policy refuses WebAssembly, as the guide says',
    async (name) => {
      const [said] = await consoleOf(name, "'self'", 1);
      expect(said).toMatch(/Content Security Policy|unsafe-eval|WebAssembly/);
    },
  );
});
