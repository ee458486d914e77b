/** @file Whole quantized TFLite networks on seeded inputs, on every engine of this Node: the bytes that LiteRT.js gives in Chromium. */

import type { Network } from '@sepconv/graph';
import { compile, type EngineName, engineNames } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { createTensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.js';

/** How many inputs each network is given. */
const count = Number(process.env.SEPCONV_LITERT_INPUTS ?? 50);
const seeds = Array.from({ length: count }, (_, k) => k);

/** The engines that this Node can run; `wide` sets a flag of V8. */
const engines: EngineName[] = [];
for (const engine of engineNames) {
  const runs = await chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
  if (runs) engines.push(engine);
}

/** What an engine gives for images. */
async function outputsOf(
  network: Network,
  engine: EngineName,
  images: readonly Uint8Array<ArrayBuffer>[],
): Promise<number[][]> {
  const session = await compile(network, { engine, allowProcessFlags: true });
  const shape = network.graph.inputs[0]?.shape ?? [];
  const results = images.map((image) => [...session.run(createTensor('uint8', shape, image)).data]);
  session.dispose();
  return results;
}

describe.skipIf(!(hasShared('models') && hasChromium))(
  `${sharedTitle(`the bytes of LiteRT.js on ${engines.join(', ')}`, 'models')}${chromiumTitle}`,
  () => {
    let litert: LiteRt;
    beforeAll(async () => {
      litert = await openLiteRt();
    });
    afterAll(() => litert.close());

    const title = `%s, ${count} seeded inputs`;
    const timeout = 60_000 + count * 5_000;
    test.each(Object.keys(sides) as QuantizedModel[])(title, { timeout }, async (model) => {
      const file = readShared(`models/${model}`);
      const shape = [1, sides[model], sides[model], 3];
      const images = seeds.map((k) => seededImage(model, k));
      const theirs = await litert.run(
        file,
        images.map((data) => [{ dtype: 'uint8', shape, data }]),
      );
      expect(theirs.length).toBe(count);
      const { network } = readTflite(file, { arithmetic: 'integer' });
      for (const engine of engines) {
        const mine = await outputsOf(network, engine, images);
        const differing = seeds.filter((k) => theirs[k]?.[0]?.join() !== mine[k]?.join());
        expect(differing, engine).toEqual([]);
      }
    });
  },
);
