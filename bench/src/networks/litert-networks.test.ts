/** @file Whole quantized TFLite networks on seeded inputs: the bytes that LiteRT.js gives in Chromium. */
import { readTflite } from '@sepconv/formats/tflite';
import { compile } from '@sepconv/kernels';
import { createTensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.js';

/** How many inputs each network is given. LiteRT.js takes seconds for each on a busy machine. */
const count = Number(process.env.SEPCONV_LITERT_INPUTS ?? 4);
const seeds = Array.from({ length: count }, (_, k) => k);

/** What the engine gives for images. */
async function ours(model: QuantizedModel, images: readonly Uint8Array<ArrayBuffer>[]): Promise<number[][]> {
  const { network, inputs } = readTflite(readShared(`models/${model}`), { arithmetic: 'integer' });
  const session = await compile(network);
  const results = images.map((image) => [
    ...session.run(createTensor('uint8', inputs[0]?.shape ?? [], image)).data,
  ]);
  session.dispose();
  return results;
}

describe.skipIf(!(hasShared('models') && hasChromium))(
  `${sharedTitle('the bytes of LiteRT.js', 'models')}${chromiumTitle}`,
  () => {
    let litert: LiteRt;
    beforeAll(async () => {
      litert = await openLiteRt();
    });
    afterAll(() => litert.close());

    const title = `%s, ${count} seeded inputs`;
    const timeout = 60_000 + count * 20_000;
    test.each(Object.keys(sides) as QuantizedModel[])(title, { timeout }, async (model) => {
      const shape = [1, sides[model], sides[model], 3];
      const images = seeds.map((k) => seededImage(model, k));
      const mine = await ours(model, images);
      const differing: number[] = [];
      for (const [k, data] of images.entries()) {
        const [[theirs] = []] = await litert.run(readShared(`models/${model}`), [
          [{ dtype: 'uint8', shape, data }],
        ]);
        if (theirs?.join() !== mine[k]?.join()) differing.push(k);
      }
      expect(differing).toEqual([]);
    });
  },
);
