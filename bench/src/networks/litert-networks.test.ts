/** @file Whole quantized TFLite networks on seeded inputs: the bytes that LiteRT.js gives in Chromium, and recorded ones. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTflite } from '@sepconv/formats/tflite';
import { compile } from '@sepconv/kernels';
import { createTensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

const shared = (path: string): string =>
  fileURLToPath(new URL(`../../../../shared/${path}`, import.meta.url));
const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(shared(path)));
const recordedPath = 'cases/round-2/rounding/networks.json';
const hasModels = existsSync(shared('models'));
const hasRecorded = hasModels && existsSync(shared(recordedPath));

const sides = { 'mobilenet_v1_0.25_128_quant.tflite': 128, 'mobilenet_v2_1.0_224_quant.tflite': 224 };
type Model = keyof typeof sides;
const seeds = Array.from({ length: 50 }, (_, k) => k);

/** Input `k` of a square image: noise, or from 3 on a picture of waves with some noise. */
function seededImage(side: number, k: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(side * side * 3);
  let z = 12345 + 777 * k;
  for (let i = 0; i < bytes.length; i++) {
    z = (Math.imul(1664525, z) + 1013904223) >>> 0;
    const pixel = Math.floor(i / 3);
    const x = pixel % side;
    const y = Math.floor(pixel / side);
    bytes[i] =
      k < 3
        ? z >>> 24
        : Math.floor(
            128 + 100 * Math.sin((x * (k + 1)) / 17 + (i % 3)) * Math.cos((y * k) / 23) + (z >>> 28),
          );
  }
  return bytes;
}

/** What the engine gives for images. */
async function ours(model: Model, images: readonly Uint8Array<ArrayBuffer>[]): Promise<number[][]> {
  const { network, inputs } = readTflite(read(`models/${model}`), { arithmetic: 'integer' });
  const session = await compile(network.graph, network.weights);
  const results = images.map((image) => [
    ...session.run(createTensor('uint8', inputs[0]?.shape ?? [], image)).data,
  ]);
  session.dispose();
  return results;
}

describe.skipIf(!hasRecorded)(
  `recorded bytes of LiteRT.js${hasRecorded ? '' : ` (skipped: ../shared/${recordedPath} is not there)`}`,
  () => {
    const recorded: { network: Model; k: number; output: string }[] = hasRecorded
      ? JSON.parse(new TextDecoder().decode(read(recordedPath)))
      : [];
    test.each(recorded)('$network, input $k', async ({ network, k, output }) => {
      const [result] = await ours(network, [seededImage(sides[network], k)]);
      expect(result).toEqual([...Buffer.from(output, 'base64')]);
    });
  },
);

describe.skipIf(!(hasModels && hasChromium))(
  `the bytes of LiteRT.js${hasModels ? chromiumTitle : ' (skipped: ../shared/models is not there)'}`,
  () => {
    let litert: LiteRt;
    beforeAll(async () => {
      litert = await openLiteRt();
    });
    afterAll(() => litert.close());

    test.each(Object.keys(sides) as Model[])('%s, 50 seeded inputs', { timeout: 300_000 }, async (model) => {
      const side = sides[model];
      const images = seeds.map((k) => seededImage(side, k));
      const mine = await ours(model, images);
      const differing: number[] = [];
      for (const [k, data] of images.entries()) {
        const input = { dtype: 'uint8', shape: [1, side, side, 3], data } as const;
        const [[theirs] = []] = await litert.run(read(`models/${model}`), [[input]]);
        if (theirs?.join() !== mine[k]?.join()) differing.push(k);
      }
      expect(differing).toEqual([]);
    });
  },
);
