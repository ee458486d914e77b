/** @file The ends of detectors, which choose boxes, beside LiteRT.js in Chromium. */

import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, type Random } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import { customOptions, tfliteFile } from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

const boxCount = 40;
const classes = 5;

const draw = (count: number, random: Random, low: number, high: number): Float32Array =>
  Float32Array.from({ length: count }, () => low + (high - low) * random.next());

/** Anchors about a few places, so that many boxes overlap. */
const anchors = (random: Random): Float32Array => {
  const [places, sizes] = [draw(2 * boxCount, random, 0, 1), draw(2 * boxCount, random, 0.2, 0.6)];
  return Float32Array.from({ length: 4 * boxCount }, (_, i) =>
    i % 4 < 2 ? places[2 * (i >> 2) + (i % 4)]! : sizes[2 * (i >> 2) + (i % 4) - 2]!,
  );
};

interface PostProcess {
  readonly max_detections: number;
  readonly max_classes_per_detection: number;
  readonly use_regular_nms: boolean;
  readonly detections_per_class: number;
}

const postProcess = (options: Partial<PostProcess>, random: Random): Uint8Array => {
  const said = {
    ...{ max_detections: 8, max_classes_per_detection: 1, detections_per_class: 100, use_regular_nms: false },
    ...{ nms_score_threshold: 0.51, nms_iou_threshold: 0.3, num_classes: classes },
    ...{ y_scale: 10, x_scale: 10, h_scale: 5, w_scale: 5 },
    ...options,
  };
  const count = said.max_detections * said.max_classes_per_detection;
  return tfliteFile({
    tensors: [
      { shape: [1, boxCount, 4] },
      { shape: [1, boxCount, classes + 1] },
      { shape: [boxCount, 4], data: anchors(random) },
      ...[[1, count, 4], [1, count], [1, count], [1]].map((shape) => ({ shape })),
    ],
    operators: [
      {
        code: 32,
        customCode: 'TFLite_Detection_PostProcess',
        customOptions: customOptions(said),
        inputs: [0, 1, 2],
        outputs: [3, 4, 5, 6],
      },
    ],
    inputs: [0, 1],
    outputs: [3, 4, 5, 6],
  });
};

/** NON_MAX_SUPPRESSION_V4 and V5; the corners of a box lie in any order. */
const suppression = (hasScores: boolean, count: number): Uint8Array =>
  tfliteFile({
    tensors: [
      { shape: [boxCount, 4] },
      { shape: [boxCount] },
      { shape: [], type: 'int32', data: Int32Array.of(count) },
      ...[0.4, 0.3, 0].map((value) => ({ shape: [], data: Float32Array.of(value) })),
      { shape: [count], type: 'int32' },
      { shape: [count] },
      { shape: [], type: 'int32' },
    ],
    operators: [
      {
        code: hasScores ? 121 : 120,
        options: [hasScores ? 96 : 95],
        inputs: [0, 1, 2, 3, 4, ...(hasScores ? [5] : [])],
        outputs: [6, ...(hasScores ? [7] : []), 8],
      },
    ],
    inputs: [0, 1],
    outputs: [6, ...(hasScores ? [7] : []), 8],
  });

/** Files, and how many boxes each may give. */
const models: Readonly<Record<string, readonly [boxes: number, (random: Random) => Uint8Array]>> = {
  'SSD, one class for each box': [8, (random) => postProcess({}, random)],
  'SSD, three classes for each box': [8, (random) => postProcess({ max_classes_per_detection: 3 }, random)],
  'SSD, each class by itself': [8, (random) => postProcess({ use_regular_nms: true }, random)],
  'SSD, few boxes of each class': [
    30,
    (random) => postProcess({ use_regular_nms: true, detections_per_class: 2, max_detections: 30 }, random),
  ],
  NON_MAX_SUPPRESSION_V4: [12, () => suppression(false, 12)],
  NON_MAX_SUPPRESSION_V5: [30, () => suppression(true, 30)],
};

describe.skipIf(!hasChromium)(`detectors of LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(Object.keys(models))('%s', async (name) => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = createRandom(seed);
      const [most, make] = models[name]!;
      const file = make(random);
      const { network, outputs } = readTflite(file);
      const [boxes, scores] = network.graph.inputs.map(({ shape }, i) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const isCorners = shape.length === 2;
        return createTensor(
          'float32',
          shape,
          draw(count, random, i === 0 && !isCorners ? -2 : 0, i === 0 && !isCorners ? 2 : 1),
        );
      }) as [ReturnType<typeof createTensor<'float32'>>, ReturnType<typeof createTensor<'float32'>>];
      const row = [boxes, scores].map(({ shape, data }) => ({ dtype: 'float32', shape, data }) as const);
      const [theirs = []] = await litert.run(file, [row]);
      const given = new Map(network.graph.inputs.map((input, i) => [input.name, [boxes, scores][i]!]));
      const session = await compile(network);
      // What lies behind the boxes that there are is left as it was by the runtime.
      const found = theirs.at(-1)?.[0] ?? 0;
      for (const results of [runReference(network, given), session.run(given)]) {
        outputs.forEach((output, i) => {
          const mine = results.get(output.name)!.data;
          const their = theirs[i]!;
          expect(mine.length).toBe(their.length);
          const used = i === outputs.length - 1 ? 1 : (their.length / most) * found;
          const off = Math.max(
            0,
            ...their.slice(0, used).map((value, k) => Math.abs(value - Number(mine[k]))),
          );
          expect(off).toBeLessThanOrEqual(2e-6);
        });
      }
      session.dispose();
    }
  });
});
