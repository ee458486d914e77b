import { afterAll, describe, expect, test } from 'vitest';
import { printFuzzTotals, fuzzRuns as runs } from '../../test/fuzz.js';
import { fuzzBytes } from '../../test/mutate.js';
import { inspectTflite, readTflite } from '../../test/read-now.js';
import { counting, oneOperator } from '../../test/run-tflite.js';
import { hasShared, readShared, sharedTitle } from '../../test/shared-files.js';
import { tfliteFile } from '../../test/tflite-file.js';
import { constants, packed, reshaping } from '../../test/tflite-shapes.js';
import { FormatError } from '../tflite.js';

const read = (bytes: Uint8Array) => readTflite(bytes).network;
const readIntegers = (bytes: Uint8Array) => readTflite(bytes, { arithmetic: 'integer' }).network;

const convolution = tfliteFile({
  tensors: [
    { shape: [1, 5, 5, 2], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    {
      shape: [1, 3, 3, 4],
      type: 'int8',
      scale: [1, 2, 3, 4],
      zeroPoint: [0, 0, 0, 0],
      axis: 3,
      data: Int8Array.from(counting(36)),
    },
    {
      shape: [4],
      type: 'int32',
      scale: [0.5, 1, 1.5, 2],
      zeroPoint: [0, 0, 0, 0],
      data: Int32Array.from(counting(4)),
    },
    { shape: [1, 5, 5, 4], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    { shape: [2], type: 'int32', data: Int32Array.of(-1, 4) },
    { shape: [25, 4], type: 'uint8', scale: [0.5], zeroPoint: [7] },
    { shape: [25, 4], type: 'uint8', scale: [1 / 256], zeroPoint: [0] },
  ],
  operators: [
    {
      code: 4,
      options: [2, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }, { slot: 3, int32: 2 }, { slot: 4, int8: 3 }],
      inputs: [0, 1, 2],
      outputs: [3],
    },
    { code: 22, options: [17], inputs: [3, 4], outputs: [5] },
    { code: 25, options: [9, { slot: 0, float32: 1 }], inputs: [5], outputs: [6] },
  ],
  inputs: [0],
  outputs: [6],
});

const padding = tfliteFile(
  oneOperator(
    { code: 34, options: [22] },
    { shape: [1, 2] },
    { shape: [2, 2], type: 'int64', data: BigInt64Array.of(0n, 1n, 1n, 2n) },
    { shape: [2, 5] },
  ),
);

afterAll(() => printFuzzTotals('TFLite'));

describe('mutants end in a network or a FormatError', () => {
  test('of a small quantized model', () => {
    fuzzBytes(convolution, runs, read, inspectTflite);
  });

  test('of the same model in integer arithmetic', () => {
    expect(readIntegers(convolution).graph.nodes.map(({ op }) => op)).toContain('quantized-conv2d');
    fuzzBytes(convolution, runs, readIntegers, inspectTflite);
  });

  test('of shape arithmetic', () => {
    const bytes = tfliteFile(reshaping({ shape: [1, 1], signature: [-1, -1] }, constants, packed));
    fuzzBytes(bytes, runs, read, inspectTflite);
  });

  test('of a small model with integer inputs', () => {
    fuzzBytes(padding, runs, read, inspectTflite);
  });

  test.skipIf(!hasShared('models'))(sharedTitle('of MobileNet V1', 'models'), { timeout: 120_000 }, () => {
    fuzzBytes(
      readShared('models/mobilenet_v1_0.25_128_quant.tflite'),
      Math.ceil(runs / 20),
      read,
      inspectTflite,
    );
  });
});

describe('cut files', () => {
  test('end in a FormatError at every length', () => {
    for (let length = 0; length < convolution.length; length++) {
      expect(() => readTflite(convolution.slice(0, length))).toThrow(FormatError);
    }
  });
});
