/** @file Whole networks that go out as TFLite: on seeded inputs, the bytes of LiteRT.js in Chromium, and of real numbers its results within the computed bounds. */

import { checkNetwork } from '@sepconv/conformance';
import { writeTflite } from '@sepconv/formats/write-tflite';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { efficientNetB0, mobileNetV3Small, shuffleNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, randomTensor } from '@sepconv/tensor';
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
import { writtenRunner } from '../testing/written-tflite.js';

const count = 20;
const built = (graph: Graph): Network => ({ graph, weights: initializeWeights(graph, 3) });

/** Networks of real numbers; errors are measured at every eighth node and taken over, so that bounds stay tight. */
const networks: readonly (readonly [string, () => Network])[] = [
  ['MobileNetV3-Small', () => built(mobileNetV3Small({ resolution: 96 }))],
  ['EfficientNet-B0', () => built(efficientNetB0({ resolution: 64 }))],
  ['ShuffleNetV2', () => built(shuffleNetV2({ resolution: 64 }))],
];

describe.skipIf(!hasChromium)(`LiteRT.js on whole written networks${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  async function check(label: string, network: Network): Promise<void> {
    const [{ name, shape }] = network.graph.inputs as [Graph['inputs'][0]];
    const inputs = new Map([[name, randomTensor(shape, createRandom(5), -1, 1)]]);
    const checkpoints = network.graph.nodes.flatMap(({ outputs }, i) => (i % 8 === 7 ? outputs : []));
    const opponents = { implementation: writtenRunner(litert), oracle: runReference };
    const report = await checkNetwork({ label, network, inputs }, opponents, checkpoints);
    expect(report.maxErrorOverBound).toBeLessThanOrEqual(1);
  }

  test.each(networks)('%s', { timeout: 120_000 }, (label, make) => check(label, make()));

  describe.skipIf(!hasShared('models'))(sharedTitle('of the shared models', 'models'), () => {
    const models = Object.keys(sides) as QuantizedModel[];

    test('MobileNetV1, its real numbers', { timeout: 120_000 }, () =>
      check('MobileNetV1', readTflite(readShared('models/mobilenet_v1_0.25_128_quant.tflite')).network),
    );

    test.each(models)(`%s, its integers on ${count} seeded inputs`, { timeout: 240_000 }, async (model) => {
      const { network } = readTflite(readShared(`models/${model}`), { arithmetic: 'integer' });
      const file = writeTflite(network);
      const { network: back } = readTflite(file, { arithmetic: 'integer' });
      const shape = network.graph.inputs[0]!.shape;
      const images = Array.from({ length: count }, (_, k) => seededImage(model, k));
      const theirs = await litert.run(
        file,
        images.map((data) => [{ dtype: 'uint8', shape, data }]),
      );
      const sessions = [await compile(network), await compile(back)];
      const differing = images.flatMap((image, k) =>
        sessions
          .map((session) => [...session.run(createTensor('uint8', shape, image)).data].join())
          .some((mine) => mine !== theirs[k]?.[0]?.join())
          ? [k]
          : [],
      );
      expect(differing).toEqual([]);
      for (const session of sessions) session.dispose();
    });
  });
});
