/** @file WebGPU in headless Chromium, on its software adapter. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gpuOps } from '../../packages/webgpu/src/testing/ordinary-numbers.ts';
import { browserTitle, bundleForPage, chromiumPath, type OpenPage, openPage, softwareGpu } from './page.ts';

/**
 * Software takes long to compile shaders, and Node has run more of them: every sixteenth class of each op and two networks, or every
 * so manyth class that is asked for, and all networks.
 */
const everyNth = Number(process.env.SEPCONV_GPU_NTH ?? 16);
const networks =
  process.env.SEPCONV_GPU_NTH === undefined
    ? ['mobilenet-v1', 'mobilenet-v3-small']
    : ['mobilenet-v1', 'mobilenet-v2', 'mobilenet-v3-small', 'efficientnet-b0', 'mobilenet-v4-conv-small'];

const models = ['mobilenet_v1_0.25_128_quant.tflite', 'mobilenet_v2_1.0_224_quant.tflite'];
const pathOf = (name: string) => fileURLToPath(new URL(`../../../shared/models/${name}`, import.meta.url));

describe.skipIf(chromiumPath === undefined)(browserTitle('WebGPU in Chromium'), () => {
  let open: OpenPage;
  beforeAll(async () => {
    const script = ['text/javascript', await bundleForPage('webgpu-page.ts')] as const;
    const files = new Map<string, readonly [string, string | Uint8Array]>([['/main.js', script]]);
    for (const name of models.filter((model) => existsSync(pathOf(model))))
      files.set(`/${name}`, ['application/octet-stream', readFileSync(pathOf(name))]);
    open = await openPage(files, undefined, {}, softwareGpu);
    await open.page.waitForFunction('globalThis.fastestHere !== undefined');
  });
  afterAll(() => open?.close());

  test('a small MobileNetV2 agrees with the reference within the computed bounds, in 38 dispatches', async () => {
    expect(await open.page.evaluate('smallHere()')).toMatchObject({ dispatches: 38 });
  });

  test.each(gpuOps)('%s agrees within the computed bounds, on cases of some of its classes', async (op) => {
    const cases = await open.page.evaluate<number>(`sweepGpuHere(${JSON.stringify(op)}, ${everyNth})`);
    expect(cases).toBeGreaterThan(0);
  });

  test.each(networks)('%s of 32 × 32 agrees within the computed bounds', async (name) => {
    expect(await open.page.evaluate(`networkHere(${JSON.stringify(name)})`)).toBe(true);
  });

  test('random networks agree, or are refused by name', async () => {
    const { ran } = await open.page.evaluate<{ ran: number }>('randomHere(25)');
    expect(ran).toBeGreaterThan(3);
  });

  test.each(models)(
    '%s, read as float32, gives what the engine gives (skipped without ../shared)',
    async (name) => {
      if (!existsSync(pathOf(name))) return;
      const { difference, largest, dispatches } = await open.page.evaluate<Record<string, number>>(
        `fileHere(${JSON.stringify(`/${name}`)})`,
      );
      expect(difference).toBeLessThan(1e-4 * (largest as number));
      expect(dispatches).toBeLessThanOrEqual(40);
    },
  );

  test.each([
    ['bitmap', [23, 37]],
    ['bitmap', [8, 9]],
    ['canvas', [40, 50]],
    ['canvas', [1, 37]],
  ])('a %s goes to the GPU as it is and is resized there to %o', async (kind, size) => {
    const difference = await open.page.evaluate<number>(`pictureHere('${kind}', ${JSON.stringify(size)})`);
    // Colours lie on a grid of 1/255 until they are averaged in float32.
    expect(difference).toBeLessThan(1e-5);
  });

  test('the faster backend is chosen, with times of both', async () => {
    expect(await open.page.evaluate('fastestHere()')).toMatch(
      /^(cpu|gpu): [\d.]+ ms on the GPU, [\d.]+ ms on the CPU/,
    );
    expect(open.problems).toEqual([]);
  });
});
