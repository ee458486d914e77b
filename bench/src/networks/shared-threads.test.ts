/** @file The quantized networks of `../shared/models` on 1 to 4 threads: the bits of one, on every engine. */

import { compile, type EngineName } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { createTensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.js';

const bytesOf = ({ data }: Tensor): Buffer =>
  Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

/** Runs on 1 to 4 threads, whether these are ready or not, and expects the bits of one. */
async function expectSame(model: QuantizedModel, engine: EngineName, isInteger: boolean): Promise<void> {
  const arithmetic = isInteger ? 'integer' : 'float32';
  const { network } = readTflite(readShared(`models/${model}`), { arithmetic });
  const { shape, quantization } = network.graph.inputs[0]!;
  const options = { engine, allowProcessFlags: true };
  const alone = await compile(network, options);
  const images = [0, 4].map((k) => {
    const integers = createTensor('uint8', shape, seededImage(model, k), quantization);
    return isInteger ? integers : toFloat32(integers);
  });
  const expected = images.map((image) => Buffer.from(bytesOf(alone.run(image))));
  for (const threads of [1, 2, 3, 4]) {
    const session = await compile(network, { ...options, threads });
    const runAll = (): void =>
      images.forEach((image, k) => {
        expect(bytesOf(session.run(image)).equals(expected[k]!), `${threads} threads`).toBe(true);
      });
    runAll();
    await session.ready();
    expect(session.engine.threads).toBe(threads);
    for (let i = 0; i < 3; i++) runAll();
    session.dispose();
  }
}

for (const engine of ['simd128', 'relaxed', 'wide'] as const) {
  const hasEngine = await chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
  describe.skipIf(!hasShared('models') || !hasEngine)(
    sharedTitle(`quantized networks give the bits of one thread in ${engine}`, 'models'),
    () => {
      test.each(Object.keys(sides) as QuantizedModel[])('%s', async (model) => {
        for (const isInteger of [true, false]) await expectSame(model, engine, isInteger);
      });
    },
  );
}
