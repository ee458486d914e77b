/** @file Custom operators of MediaPipe's networks that LiteRT.js knows, beside it in Chromium. */

import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import { type TestModel, tfliteFile } from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

/** TfLitePoolParams: VALID, strides, window and no activation. */
const pooling = new Uint8Array(Int32Array.of(2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0).buffer);

const models: Readonly<Record<string, TestModel>> = {
  'MaxPoolingWithArgmax2D and MaxUnpooling2D': {
    tensors: [
      { shape: [1, 6, 8, 5] },
      { shape: [1, 3, 4, 5] },
      { shape: [1, 3, 4, 5] },
      { shape: [1, 6, 8, 5] },
    ],
    operators: [
      {
        ...{ code: 32, customCode: 'MaxPoolingWithArgmax2D', customOptions: pooling },
        ...{ inputs: [0], outputs: [1, 2] },
      },
      {
        ...{ code: 32, customCode: 'MaxUnpooling2D', customOptions: pooling },
        ...{ inputs: [1, 2], outputs: [3] },
      },
    ],
    inputs: [0],
    outputs: [3],
  },
};

describe.skipIf(!hasChromium)(`MediaPipe's operators in LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(Object.keys(models))('%s', async (name) => {
    const file = tfliteFile(models[name]!);
    const { network } = readTflite(file);
    const random = createRandom(5);
    const given = new Map(
      network.graph.inputs.map(({ name: input, shape }) => [
        input,
        createTensor(
          'float32',
          shape,
          Float32Array.from({ length: elementCount(shape) }, () => 6 * random.next() + 0.5),
        ),
      ]),
    );
    const row = [...given.values()].map(({ shape, data }) => ({ dtype: 'float32', shape, data }) as const);
    const [[theirs = []] = []] = await litert.run(file, [row]);
    const session = await compile(network);
    for (const results of [runReference(network, given), session.run(given)]) {
      const [mine] = results.values();
      const off = Math.max(...theirs.map((value, i) => Math.abs(value - Number(mine?.data[i]))));
      expect(mine?.data.length).toBe(theirs.length);
      expect(off).toBeLessThanOrEqual(2e-5 * Math.max(1, ...theirs.map(Math.abs)));
    }
    session.dispose();
  });
});
