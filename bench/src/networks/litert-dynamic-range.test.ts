/** @file Products of real numbers with int8 weights beside LiteRT.js in Chromium, which rounds what goes into them. */

import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import {
  type TestModel,
  type TestOperator,
  type TestTensor,
  tfliteFile,
} from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

interface Geometry {
  readonly code: 'CONV_2D' | 'DEPTHWISE_CONV_2D' | 'FULLY_CONNECTED';
  readonly input: readonly number[];
  /** As TFLite has it. */
  readonly weight: readonly number[];
  readonly stride?: number;
  readonly dilation?: number;
  readonly isSame?: boolean;
  readonly activation?: number;
  /** Whether the weight has one scale. */
  readonly isWhole?: boolean;
  /** What the inputs are spread around. */
  readonly around?: number;
}

const geometries: Readonly<Record<string, Geometry>> = {
  'a dense layer': { code: 'FULLY_CONNECTED', input: [3, 64], weight: [8, 64] },
  'a dense layer with one scale': { code: 'FULLY_CONNECTED', input: [3, 64], weight: [8, 64], isWhole: true },
  'a dense layer of numbers above 0': { code: 'FULLY_CONNECTED', input: [3, 64], weight: [8, 64], around: 2 },
  'a dense layer of numbers below 0': {
    code: 'FULLY_CONNECTED',
    input: [3, 64],
    weight: [8, 64],
    around: -2,
  },
  'a dense layer of zeros': { code: 'FULLY_CONNECTED', input: [1, 1], weight: [8, 1], around: -1 },
  'a dense layer on an image': { code: 'FULLY_CONNECTED', input: [2, 4, 8], weight: [8, 32] },
  'a convolution': { code: 'CONV_2D', input: [1, 6, 7, 8], weight: [8, 3, 3, 8] },
  'a convolution of two images': { code: 'CONV_2D', input: [2, 6, 7, 8], weight: [8, 3, 3, 8], isSame: true },
  'a convolution with a stride': {
    code: 'CONV_2D',
    input: [1, 9, 9, 3],
    weight: [8, 3, 3, 3],
    stride: 2,
    isSame: true,
  },
  'a dilated convolution': { code: 'CONV_2D', input: [1, 8, 8, 8], weight: [8, 3, 3, 8], dilation: 2 },
  'a convolution in groups': { code: 'CONV_2D', input: [1, 6, 6, 8], weight: [8, 3, 3, 4] },
  'a convolution with ReLU6': { code: 'CONV_2D', input: [1, 6, 6, 8], weight: [8, 3, 3, 8], activation: 3 },
  'a 1×1 convolution': { code: 'CONV_2D', input: [2, 5, 6, 8], weight: [8, 1, 1, 8] },
  'a 1×1 convolution with a stride': {
    code: 'CONV_2D',
    input: [2, 6, 6, 8],
    weight: [8, 1, 1, 8],
    stride: 2,
  },
  'a 1×3 convolution': { code: 'CONV_2D', input: [2, 6, 6, 8], weight: [8, 1, 3, 8] },
  'a depthwise convolution': {
    code: 'DEPTHWISE_CONV_2D',
    input: [2, 6, 6, 8],
    weight: [1, 3, 3, 8],
    isSame: true,
  },
  'a depthwise convolution with a stride': {
    code: 'DEPTHWISE_CONV_2D',
    input: [2, 6, 6, 8],
    weight: [1, 3, 3, 8],
    stride: 2,
  },
  'a depthwise convolution with a multiplier': {
    code: 'DEPTHWISE_CONV_2D',
    input: [2, 6, 6, 4],
    weight: [1, 3, 3, 8],
  },
  'a depthwise convolution of 1×1': { code: 'DEPTHWISE_CONV_2D', input: [2, 6, 6, 8], weight: [1, 1, 1, 8] },
};

const codes = { CONV_2D: [3, 5], DEPTHWISE_CONV_2D: [4, 6], FULLY_CONNECTED: [9, 9] } as const;

function outputShape({ code, input, weight, stride = 1, dilation = 1, isSame = false }: Geometry): number[] {
  const [batch = 1, height = 1, width = 1] = input;
  if (code === 'FULLY_CONNECTED') return [elementCount(input) / (weight[1] as number), weight[0] as number];
  const size = (extent: number, window: number): number =>
    isSame ? Math.ceil(extent / stride) : Math.floor((extent - (window - 1) * dilation - 1) / stride) + 1;
  const [rows, columns] = [size(height, weight[1] as number), size(width, weight[2] as number)];
  return [batch, rows, columns, code === 'CONV_2D' ? (weight[0] as number) : (weight[3] as number)];
}

function optionsOf({
  code,
  input,
  weight,
  stride = 1,
  dilation = 1,
  isSame = false,
  activation = 0,
}: Geometry) {
  const place = [
    { slot: 0, int8: isSame ? 0 : 1 },
    { slot: 1, int32: stride },
    { slot: 2, int32: stride },
  ];
  const depthwise = [
    { slot: 3, int32: (weight[3] as number) / (input[3] as number) },
    { slot: 4, int8: activation },
    { slot: 5, int32: dilation },
    { slot: 6, int32: dilation },
  ];
  const whole = [
    { slot: 3, int8: activation },
    { slot: 4, int32: dilation },
    { slot: 5, int32: dilation },
  ];
  const options: TestOperator['options'] =
    code === 'FULLY_CONNECTED'
      ? [8]
      : code === 'CONV_2D'
        ? [1, ...place, ...whole]
        : [2, ...place, ...depthwise];
  return options;
}

function drawn(geometry: Geometry): { readonly model: TestModel; readonly data: Float32Array } {
  const { code, input, weight, isWhole = false, around = 0.3 } = geometry;
  const random = createRandom(11);
  const isDepthwise = code === 'DEPTHWISE_CONV_2D';
  const output = outputShape(geometry);
  const channels = output.at(-1) as number;
  const scale = Array.from({ length: isWhole ? 1 : channels }, (_, i) => Math.fround(0.01 + 0.002 * i));
  const bytes = Int8Array.from({ length: elementCount(weight) }, () => random.integer(255) - 127);
  const bias = Float32Array.from({ length: channels }, () => random.next() - 0.5);
  const tensors: TestTensor[] = [
    { shape: input },
    {
      shape: weight,
      type: 'int8',
      data: bytes,
      scale,
      zeroPoint: scale.map(() => 0),
      axis: isDepthwise ? 3 : 0,
    },
    { shape: [channels], data: bias },
    { shape: output },
  ];
  const [operator, version] = codes[code];
  const operators = [
    { code: operator, version, inputs: [0, 1, 2], outputs: [3], options: optionsOf(geometry) },
  ];
  const data = Float32Array.from(
    { length: elementCount(input) },
    () => around + (2 * random.next() - 1) * 1.5,
  );
  return { model: { tensors, operators, inputs: [0], outputs: [3] } as TestModel, data };
}

describe.skipIf(!hasChromium)(`int8 weights give what LiteRT.js gives${chromiumTitle}`, () => {
  let runtime: LiteRt;
  beforeAll(async () => {
    runtime = await openLiteRt();
  }, 60_000);
  afterAll(() => runtime?.close());

  test.each(Object.entries(geometries))('%s', async (title, geometry) => {
    const { model, data } = drawn(geometry);
    const values = title.endsWith('zeros') ? data.map(() => 0) : data;
    const file = tfliteFile(model);
    const { network, inputs, outputs } = readTflite(file, { arithmetic: 'runtime' });
    const given = new Map([[inputs[0]?.name ?? '', createTensor('float32', geometry.input, values)]]);
    const [{ name } = { name: '' }] = outputs;
    const reference = runReference(network, given).get(name)?.data ?? [];
    const session = await compile(network);
    const engine = [...(session.run(given).get(name)?.data ?? [])];
    session.dispose();
    const row = { dtype: 'float32', shape: geometry.input, data: values } as const;
    const [[theirs = []] = []] = await runtime.run(file, [[row]]);
    const largest = Math.max(1, ...theirs.map(Math.abs));
    for (const mine of [reference, engine])
      expect(Math.max(...theirs.map((value, i) => Math.abs(value - (mine[i] as number))))).toBeLessThan(
        1e-6 * largest,
      );
    // Weights alone as real numbers are far from that, unless there is nothing to round.
    const plain = readTflite(file);
    const real = runReference(plain.network, given).get(plain.outputs[0]?.name ?? '')?.data ?? [];
    const off = Math.max(...theirs.map((value, i) => Math.abs(value - (real[i] as number))));
    if (!title.endsWith('zeros')) expect(off).toBeGreaterThan(1e-3 * largest);
  });
});

test('weights that are dequantized by the file, and files of real numbers, are read as they are', () => {
  const weight = {
    shape: [2, 4],
    type: 'int8',
    data: new Int8Array(8),
    scale: [0.5],
    zeroPoint: [0],
  } as const;
  const file = tfliteFile({
    tensors: [{ shape: [1, 4] }, weight, { shape: [2, 4] }, { shape: [1, 2] }],
    operators: [
      { code: 6, inputs: [1], outputs: [2] },
      { code: 9, inputs: [0, 2, -1], outputs: [3], options: [8] },
    ],
    inputs: [0],
    outputs: [3],
  });
  const plain = readTflite(file);
  expect(readTflite(file, { arithmetic: 'runtime' }).network.graph).toEqual(plain.network.graph);
});
