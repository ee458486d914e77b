/** @file Photos that are resized as TensorFlow does it, beside TF.js and LiteRT.js. */
import { createRandom } from '@sepconv/tensor';
import { type ResizeName, resizeImage } from '@sepconv/vision';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tfliteFile } from '../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from './testing/litert.js';

const random = createRandom(18);

/** From one size to another, both ways, in whole parts and not. */
const sizes = [
  [13, 9, 5, 4],
  [5, 4, 13, 9],
  [16, 16, 8, 8],
  [8, 8, 16, 16],
  [31, 5, 8, 11],
  [1, 7, 6, 3],
  [640, 3, 224, 5],
] as const;

const cases = sizes.flatMap(([width, height, toWidth, toHeight]) =>
  ([1, 3] as const).map((channels) => ({
    image: {
      data: Uint8Array.from({ length: width * height * channels }, () => Math.floor(random.next() * 256)),
      ...{ width, height, channels },
    },
    to: { width: toWidth, height: toHeight },
  })),
);

const ways = [
  ['tensorflow-bilinear', false],
  ['tensorflow-bilinear-half-pixel', true],
] as const satisfies readonly (readonly [ResizeName, boolean])[];

/** Positions are rounded in float32: at 640 pixels by 2⁻¹⁴ of one, between bytes that may be 255 apart on both axes. */
const most = 2 * 255 * 2 ** -14;

const differenceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
};

describe('photos resized as TensorFlow', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test.each(ways)('%s is that of TF.js', (name, halfPixel) => {
    for (const { image, to } of cases) {
      const { height, width, channels, data } = image;
      const theirs = tf.tidy(() =>
        tf.image
          .resizeBilinear(
            tf.tensor3d(data, [height, width, channels]),
            [to.height, to.width],
            false,
            halfPixel,
          )
          .dataSync(),
      );
      expect(differenceOf(resizeImage(image, to, name).data, theirs)).toBeLessThanOrEqual(most);
    }
  });
});

describe.skipIf(!hasChromium)(`photos resized as LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(ways)('%s is RESIZE_BILINEAR', async (name, halfPixel) => {
    for (const { image, to } of cases) {
      const { height, width, channels, data } = image;
      const shape = [1, height, width, channels];
      const file = tfliteFile({
        tensors: [
          { shape },
          { shape: [2], type: 'int32', data: Int32Array.of(to.height, to.width) },
          { shape: [1, to.height, to.width, channels] },
        ],
        operators: [
          { code: 23, options: [15, { slot: 3, int8: halfPixel ? 1 : 0 }], inputs: [0, 1], outputs: [2] },
        ],
        inputs: [0],
        outputs: [2],
      });
      const input = { dtype: 'float32', shape, data: Float32Array.from(data) } as const;
      const [[theirs = []] = []] = await litert.run(file, [[input]]);
      expect(differenceOf(resizeImage(image, to, name).data, theirs)).toBeLessThanOrEqual(most);
    }
  });
});
