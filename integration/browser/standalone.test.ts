import { initializeWeights } from '@sepconv/graph';
import { emitStandalone } from '@sepconv/kernels/standalone';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { browserTitle, bundleForPage, chromiumPath, openPage, type ServedFiles } from './page.ts';

const graph = mobileNetV2({ resolution: 32, width: 0.35, classes: 10 });
const weights = initializeWeights(graph, 1);
const image = randomTensor([1, 32, 32, 3], createRandom(2));

/** Scripts of the page's own and nothing else: no eval, no inline script. WebAssembly only as a file of its own. */
const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const withoutWebAssembly = "default-src 'none'; script-src 'self'; connect-src 'self'";

const main = `import { load } from './net.js';
globalThis.classify = async (pixels) => [...(await load()).run(new Float32Array(pixels))];
// At once: what a debugger calls later may be excused from the policy.
try { globalThis.evaluated = Function('return true')(); } catch { globalThis.evaluated = false; }`;

function filesOf(): ServedFiles {
  const built = emitStandalone({ graph, weights }, { name: 'net' });
  const types = { js: 'text/javascript', wasm: 'application/wasm' } as Readonly<Record<string, string>>;
  const served = [...built].map(
    ([name, body]) =>
      [`/${name}`, [types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body]] as const,
  );
  return new Map([['/main.js', ['text/javascript', main]], ...served]);
}

describe.skipIf(chromiumPath === undefined)(
  browserTitle('a network compiled ahead of time, in Chromium'),
  () => {
    test('runs under a strict Content-Security-Policy', async () => {
      const { page, problems, close } = await openPage(filesOf(), strict);
      try {
        await page.waitForFunction(() => 'classify' in globalThis);
        // The policy is in force: what generates code from text is refused.
        expect(await page.evaluate<boolean>('evaluated')).toBe(false);
        const probabilities = await page.evaluate<number[]>(`classify(${JSON.stringify([...image.data])})`);
        const expected = runReference({ graph, weights }, new Map([[graph.inputs[0]?.name ?? '', image]]));
        const [reference] = [...expected.values()];
        expect(probabilities.length).toBe(10);
        probabilities.forEach((value, i) => {
          expect(Math.abs(value - (reference?.data[i] as number))).toBeLessThan(1e-5);
        });
        expect(problems.filter((problem) => !/eval|Function/.test(problem))).toEqual([]);
      } finally {
        await close();
      }
    });

    test('is told by the browser, not by a crash, where a policy forbids WebAssembly altogether', async () => {
      const { page, close } = await openPage(filesOf(), withoutWebAssembly);
      try {
        await page.waitForFunction(() => 'classify' in globalThis);
        await expect(page.evaluate(`classify(${JSON.stringify([...image.data])})`)).rejects.toThrow(
          /Content Security Policy/,
        );
      } finally {
        await close();
      }
    });
  },
);

describe.skipIf(chromiumPath === undefined)(browserTitle('compiling in the page, in Chromium'), () => {
  test('needs the policy to allow WebAssembly, and nothing else', async () => {
    const files = new Map([['/main.js', ['text/javascript', await bundleForPage('sweep-page.ts')] as const]]);
    const { page, problems, close } = await openPage(files, strict);
    try {
      await page.waitForFunction(() => 'sweepHere' in globalThis);
      expect(await page.evaluate<number>("sweepHere('relu6', 'simd128', 5)")).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });
});
