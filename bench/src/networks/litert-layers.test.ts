/** @file Quantized TFLite operators, one at a time with random scales, beside LiteRT.js in Chromium. */
import { readTflite } from '@sepconv/formats/tflite';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneOperator } from '../../../packages/formats/test/run-tflite.js';
import {
  type TestOperator,
  type TestTensor,
  tfliteFile,
} from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

const random = createRandom(77);
const image = [1, 16, 16, 8];
const uint8 = (shape: number[], scale: number, zeroPoint = random.integer(256)): TestTensor => ({
  shape,
  type: 'uint8',
  scale: [Math.fround(scale)],
  zeroPoint: [zeroPoint],
});
const anyScale = (): number => 2 ** (-8 + 5 * random.next());
/** A factor with which a result uses most of its type. */
const around = (): number => 0.5 + random.next();

type Drawn = readonly [Pick<TestOperator, 'code' | 'options'>, ...TestTensor[]];

function binary(code: number, options: number, scaleOf: (a: number, b: number) => number): Drawn {
  const [a, b] = [anyScale(), anyScale()];
  return [
    { code, options: [options] },
    uint8(image, a),
    uint8(image, b),
    uint8(image, scaleOf(a, b) * around()),
  ];
}

function unary(operator: Drawn[0]): Drawn {
  const scale = anyScale();
  return [operator, uint8(image, scale), uint8(image, scale * around())];
}

function averagePool(side: number, padding: number, output: number[]): Drawn {
  const input = uint8(image, anyScale());
  const window = [
    { slot: 0, int8: padding },
    { slot: 1, int32: 1 },
    { slot: 2, int32: 1 },
    { slot: 3, int32: side },
    { slot: 4, int32: side },
  ] as const;
  return [{ code: 1, options: [5, ...window] }, input, { ...input, shape: output }];
}

function mean(): Drawn {
  const [, input, output] = unary({ code: 40 }) as [unknown, TestTensor, TestTensor];
  const axes: TestTensor = { shape: [2], type: 'int32', data: Int32Array.of(1, 2) };
  return [{ code: 40, options: [27, { slot: 0, int8: 1 }] }, input, axes, { ...output, shape: [1, 1, 1, 8] }];
}

/** Operators, and by how many steps a result may be off: none where integers are computed, one where real numbers are. */
const operators: Readonly<Record<string, readonly [most: number, draw: () => Drawn]>> = {
  ADD: [0, () => binary(0, 11, (a, b) => a + b)],
  MUL: [0, () => binary(18, 21, (a, b) => 64 * a * b)],
  'AVERAGE_POOL_2D of the image': [0, () => averagePool(16, 1, [1, 1, 1, 8])],
  MEAN: [0, mean],
  'AVERAGE_POOL_2D of windows': [0, () => averagePool(3, 0, image)],
  HARD_SWISH: [0, () => unary({ code: 117 })],
  LEAKY_RELU: [0, () => unary({ code: 98, options: [75, { slot: 0, float32: 0.3 * random.next() }] })],
  LOGISTIC: [1, () => [{ code: 14 }, uint8(image, anyScale()), uint8(image, 1 / 256, 0)]],
  QUANTIZE: [0, () => unary({ code: 114 })],
  SUB: [1, () => binary(41, 28, (a, b) => a + b)],
};

describe.skipIf(!hasChromium)(`layers of LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(Object.keys(operators))('%s', async (name) => {
    const [most, draw] = operators[name]!;
    for (let i = 0; i < 6; i++) {
      const [operator, ...tensors] = draw();
      const file = tfliteFile(oneOperator(operator, ...tensors));
      const { network } = readTflite(file, { arithmetic: 'integer' });
      const inputs = network.graph.inputs.map(({ shape, quantization }) => {
        const data = Uint8Array.from({ length: elementCount(shape) }, () => random.integer(256));
        return createTensor('uint8', shape, data, quantization);
      });
      const row = inputs.map(({ shape, data }) => ({ dtype: 'uint8', shape, data }) as const);
      const [[theirs = []] = []] = await litert.run(file, [row]);
      const given = new Map(network.graph.inputs.map((input, k) => [input.name, inputs[k]!]));
      const [mine] = runReference(network, given).values();
      expect(mine?.data.length).toBe(theirs.length);
      const off = theirs.map((value, k) => Math.abs(value - (mine?.data[k] ?? NaN)));
      expect(Math.max(...off), JSON.stringify(tensors)).toBeLessThanOrEqual(most);
    }
  });
});
