/** @file Quantized TFLite networks as wholes in the engine: the bytes that XNNPACK gave. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTflite } from '@sepconv/formats/tflite';
import { compile } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { createTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';

const shared = (path: string): string =>
  fileURLToPath(new URL(`../../../../shared/${path}`, import.meta.url));
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(shared(path)));
const isThere = existsSync(shared('models')) && existsSync(shared('expected'));

const engines = ['simd128', 'relaxed'] as const;
const available = await Promise.all(
  engines.map((engine) =>
    chooseEngine(engine, false).then(
      () => [engine],
      () => [],
    ),
  ),
);

const cases = ['mobilenet_v1_0.25_128_quant', 'mobilenet_v2_1.0_224_quant'].flatMap((model) =>
  ['bird', 'cat_720p', 'hot_dog'].map((image) => [model, image] as const),
);

describe.skipIf(!isThere)(
  `the engine gives XNNPACK’s bytes${isThere ? '' : ' (skipped: ../shared/models is not there)'}`,
  () => {
    describe.each(available.flat())('%s', (engine) => {
      test.each(cases)('%s, %s', { timeout: 60_000 }, async (model, image) => {
        const { network, inputs } = readTflite(read(`models/${model}.tflite`), { arithmetic: 'integer' });
        const session = await compile(network.graph, network.weights, { engine });
        const bytes = read(`expected/${model}.${image}.input.bin`);
        const output = session.run(createTensor('uint8', inputs[0]?.shape ?? [], bytes));
        expect(output.data.length).toBe(1001);
        expect(output.data).toEqual(read(`expected/${model}.${image}.output.bin`));
        session.dispose();
      });
    });
  },
);
