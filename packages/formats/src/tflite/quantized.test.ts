import { describe, expect, test } from 'vitest';
import { readTflite } from '../../test/read-now.js';
import { oneOperator, runTflite } from '../../test/run-tflite.js';
import { type TestModel, type TestTensor, tfliteFile } from '../../test/tflite-file.js';

const uint8 = (shape: number[], scale: number, zeroPoint: number): TestTensor => ({
  shape,
  type: 'uint8',
  scale: [scale],
  zeroPoint: [zeroPoint],
});
const opsOf = (model: TestModel): string[] =>
  readTflite(tfliteFile(model)).network.graph.nodes.map(({ op }) => op);

describe('quantized models', () => {
  const pointwise = (weight: TestTensor, bias: TestTensor, output: TestTensor, activation = 0): TestModel =>
    oneOperator(
      {
        code: 3,
        options: [1, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }, { slot: 3, int8: activation }],
      },
      { ...uint8([1, 1, 1, 2], 0.5, 128), name: 'image' },
      weight,
      bias,
      output,
    );
  const weight: TestTensor = {
    ...uint8([2, 1, 1, 2], 0.25, 100),
    data: Uint8Array.of(104, 100, 100, 96),
  };
  const bias: TestTensor = {
    shape: [2],
    type: 'int32',
    scale: [0.125],
    zeroPoint: [0],
    data: Int32Array.of(8, -8),
  };

  test('compute with the real numbers of weights and biases', () => {
    const model = pointwise(weight, bias, uint8([1, 1, 1, 2], 1, 128));
    expect([...runTflite(model, [2, 3]).data]).toEqual([3, -4]);
  });

  test('say how bytes become inputs, and how outputs were stored', () => {
    const { inputs, outputs } = readTflite(tfliteFile(pointwise(weight, bias, uint8([1, 1, 1, 2], 2, 3))));
    expect(inputs).toEqual([
      {
        name: 'image',
        shape: [1, 1, 1, 2],
        quantization: { dtype: 'uint8', scale: 0.5, zeroPoint: 128 },
        normalization: { mean: 128, standardDeviation: 2 },
      },
    ]);
    expect(outputs).toEqual([
      { name: 't3', shape: [1, 1, 1, 2], quantization: { dtype: 'uint8', scale: 2, zeroPoint: 3 } },
    ]);
  });

  test('read int8 images as pixels less 128', () => {
    const model = oneOperator(
      { code: 6 },
      { shape: [1, 1, 1, 1], type: 'int8', scale: [0.5], zeroPoint: [-1] },
      { shape: [1, 1, 1, 1] },
    );
    expect(readTflite(tfliteFile(model)).inputs[0]?.normalization).toEqual({
      mean: 127,
      standardDeviation: 2,
    });
  });

  test('dequantize weights per channel', () => {
    const perChannel: TestTensor = {
      shape: [2, 1, 1, 2],
      type: 'int8',
      scale: [1, 0.5],
      zeroPoint: [0, 0],
      axis: 0,
      data: Int8Array.of(1, 2, 3, 4),
    };
    const biases: TestTensor = { ...bias, scale: [1, 0.5], zeroPoint: [0, 0], data: Int32Array.of(0, 2) };
    expect([...runTflite(pointwise(perChannel, biases, { shape: [1, 1, 1, 2] }), [1, 10]).data]).toEqual([
      21, 22.5,
    ]);
  });

  test('read four-bit weights, the low half of a byte first', () => {
    const packed: TestTensor = {
      shape: [2, 1, 1, 2],
      type: 'int4',
      scale: [1],
      zeroPoint: [0],
      data: Uint8Array.of(0x21, 0x8f),
    };
    const biases: TestTensor = { shape: [2], data: Float32Array.of(0, 0) };
    expect([...runTflite(pointwise(packed, biases, { shape: [1, 1, 1, 2] }), [1, 10]).data]).toEqual([
      21, -81,
    ]);
  });

  test('clamp where the stored type clips', () => {
    const clipping = pointwise(weight, bias, uint8([1, 1, 1, 2], 1 / 64, 0));
    expect(opsOf(clipping)).toEqual(['pointwise-conv2d', 'clamp']);
    expect([...runTflite(clipping, [50, 3]).data]).toEqual([255 / 64, 0]);
  });

  test('clamp to what activation and type both allow', () => {
    const reluSix = pointwise(weight, bias, uint8([1, 1, 1, 2], 6 / 255, 0), 3);
    expect(opsOf(reluSix)).toEqual(['pointwise-conv2d', 'relu6']);
    const foldedIntoTheType = pointwise(weight, bias, uint8([1, 1, 1, 2], 6 / 255, 0), 0);
    expect(opsOf(foldedIntoTheType)).toEqual(['pointwise-conv2d', 'relu6']);
    const narrower = pointwise(weight, bias, uint8([1, 1, 1, 2], 1 / 64, 64), 3);
    const [, clamp] = readTflite(tfliteFile(narrower)).network.graph.nodes;
    expect(clamp).toMatchObject({ op: 'clamp', attributes: { min: 0, max: 191 / 64 } });
  });

  test('clamp nothing that stays within its type anyway', () => {
    const pooled = oneOperator(
      {
        code: 1,
        options: [
          5,
          { slot: 1, int32: 1 },
          { slot: 2, int32: 1 },
          { slot: 3, int32: 2 },
          { slot: 4, int32: 2 },
        ],
      },
      uint8([1, 3, 3, 1], 0.5, 0),
      uint8([1, 3, 3, 1], 0.5, 0),
    );
    expect(opsOf(pooled)).toEqual(['average-pool2d']);
    const softmax = oneOperator(
      { code: 25, options: [9, { slot: 0, float32: 1 }] },
      uint8([1, 3], 0.5, 0),
      uint8([1, 3], 1 / 256, 0),
    );
    expect(opsOf(softmax)).toEqual(['softmax']);
  });
});

describe('QUANTIZE and DEQUANTIZE', () => {
  test('widen float16 weights at load', () => {
    const model: TestModel = {
      tensors: [
        { shape: [1, 2] },
        { shape: [1, 2], type: 'float16', data: Uint16Array.of(0x3c00, 0xc000) },
        { shape: [1, 2] },
        { shape: [1], data: Float32Array.of(0.5) },
        { shape: [1] },
      ],
      operators: [
        { code: 6, inputs: [1], outputs: [2] },
        { code: 9, options: [8], inputs: [0, 2, -1], outputs: [4] },
      ],
      inputs: [0],
      outputs: [4],
    };
    const file: TestModel = { ...model, tensors: model.tensors.with(4, { shape: [1, 1] }) };
    expect(opsOf(file)).toEqual(['dense']);
    expect([...runTflite(file, [3, 4]).data]).toEqual([-5]);
  });

  test('clip to the narrower type, and cost nothing otherwise', () => {
    const requantize = (scale: number): TestModel => ({
      tensors: [uint8([1, 2], 0.5, 0), uint8([1, 2], scale, 0), uint8([1, 2], scale, 0)],
      operators: [
        { code: 114, inputs: [0], outputs: [1] },
        { code: 19, inputs: [1], outputs: [2] },
      ],
      inputs: [0],
      outputs: [2],
    });
    expect(opsOf(requantize(0.5))).toEqual(['relu']);
    expect(opsOf(requantize(0.25))).toEqual(['reshape', 'clamp']);
    expect([...runTflite(requantize(0.25), [2, 100]).data]).toEqual([2, 63.75]);
  });
});

describe('names', () => {
  const conv = (name: string, activation: number): TestModel => ({
    tensors: [
      { shape: [1, 1, 1, 1], name: 'image' },
      { shape: [1, 1, 1, 1], data: Float32Array.of(1), name: 'w' },
      { shape: [1, 1, 1, 1], name },
      { shape: [1, 1, 1, 1], name: 'out' },
    ],
    operators: [
      {
        code: 3,
        options: [1, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }, { slot: 3, int8: activation }],
        inputs: [0, 1, -1],
        outputs: [2],
      },
      // No bounds, which would become one with the activation's.
      { code: 14, inputs: [2], outputs: [3] },
    ],
    inputs: [0],
    outputs: [3],
  });
  const namesOf = (model: TestModel): string[] => {
    const { graph } = readTflite(tfliteFile(model)).network;
    return [...graph.parameters, ...graph.nodes].map(({ name }) => name);
  };

  test('are the layer’s, without what the converter fused', () => {
    expect(namesOf(conv('Net/Conv/Relu6;Net/Conv/BatchNorm', 3))).toEqual([
      'Net/Conv/weight',
      'Net/Conv',
      'Net/Conv/relu6',
      'out',
    ]);
  });

  test('are made up where the file has none, and unique where it repeats them', () => {
    expect(namesOf(conv('', 0))).toEqual(['tensor_2/weight', 'tensor_2', 'out']);
    expect(namesOf(conv('image', 0))).toEqual(['image/weight', 'image_1', 'out']);
    expect(namesOf(conv('__proto__', 0))).toEqual(['__proto__/weight', '__proto__', 'out']);
  });
});
