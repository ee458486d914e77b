import { runReference } from '@sepconv/reference';
import { createTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { hasShared, readShared, sharedTitle } from '../../../test/shared-files.js';

const v1 = 'mobilenet_v1_0.25_128_quant';
const v2 = 'mobilenet_v2_1.0_224_quant';

describe.skipIf(!hasShared('models'))(
  sharedTitle('integer arithmetic gives XNNPACK’s bytes', 'models'),
  () => {
    test.each([
      [v1, 'bird'],
      [v1, 'cat_720p'],
      [v1, 'hot_dog'],
      [v2, 'bird'],
      [v2, 'cat_720p'],
      [v2, 'hot_dog'],
    ])('%s, %s', { timeout: 60_000 }, (model, image) => {
      const { network, inputs } = readTflite(readShared(`models/${model}.tflite`), { arithmetic: 'integer' });
      const bytes = readShared(`expected/${model}.${image}.input.bin`);
      const expected = readShared(`expected/${model}.${image}.output.bin`);
      const input = createTensor('uint8', inputs[0]!.shape, new Uint8Array(bytes));
      const [output] = runReference(network, input).values();
      // Byte for byte, and so within one step and in the same order of classes.
      expect(output!.data).toEqual(new Uint8Array(expected));
    });
  },
);
