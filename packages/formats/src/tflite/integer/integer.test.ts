import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import {
  createRandom,
  elementCount,
  quantizeTensor,
  randomTensor,
  type Tensor,
  toFloat32,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { oneOperator } from '../../../test/run-tflite.js';
import { type TestModel, type TestOperator, type TestTensor, tfliteFile } from '../../../test/tflite-file.js';

const random = createRandom(5);
const fill = (count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, () => low + random.integer(high - low + 1));

const int8 = (shape: number[], scale = 1 / 32, zeroPoint = 3): TestTensor => ({
  shape,
  type: 'int8',
  scale: [scale],
  zeroPoint: [zeroPoint],
});
const uint8 = (shape: number[], scale = 1 / 32, zeroPoint = 128): TestTensor => ({
  ...int8(shape, scale, zeroPoint),
  type: 'uint8',
});
const constant = (tensor: TestTensor): TestTensor => {
  const count = elementCount(tensor.shape);
  return tensor.type === 'int8'
    ? { ...tensor, data: Int8Array.from(fill(count, -127, 127)) }
    : { ...tensor, data: Uint8Array.from(fill(count, 0, 255)) };
};
const bias = (count: number, scale: readonly number[]): TestTensor => ({
  shape: [count],
  type: 'int32',
  scale,
  zeroPoint: scale.map(() => 0),
  data: Int32Array.from(fill(count, -2000, 2000)),
});
const perChannel = (shape: number[], axis: number): TestTensor => {
  const scale = Array.from({ length: shape[axis] as number }, (_, i) => (i + 1) / 1024);
  return constant({ ...int8(shape), scale, zeroPoint: scale.map(() => 0), axis });
};
const ints = (...values: number[]): TestTensor => ({
  shape: [values.length],
  type: 'int32',
  data: Int32Array.from(values),
});

interface Case {
  readonly operator: Pick<TestOperator, 'code' | 'options'>;
  readonly tensors: readonly TestTensor[];
  /** The ops that compute with integers. */
  readonly ops: readonly string[];
}

const stride1 = [
  { slot: 1, int32: 1 },
  { slot: 2, int32: 1 },
] as const;
const image = [1, 5, 5, 3];

const cases: Readonly<Record<string, Case>> = {
  'CONV_2D, uint8, RELU6': {
    operator: { code: 3, options: [1, ...stride1, { slot: 3, int8: 3 }] },
    tensors: [
      uint8(image),
      constant(uint8([4, 3, 3, 3], 1 / 512, 120)),
      bias(4, [2 ** -14]),
      uint8(image.with(3, 4), 6 / 255, 0),
    ],
    ops: ['quantized-conv2d'],
  },
  'CONV_2D, int8 per channel, no bias': {
    operator: { code: 3, options: [1, { slot: 1, int32: 2 }, { slot: 2, int32: 2 }] },
    tensors: [int8(image), perChannel([4, 3, 3, 3], 0), int8([1, 3, 3, 4], 1 / 8)],
    ops: ['quantized-conv2d'],
  },
  'CONV_2D with groups': {
    operator: { code: 3, options: [1, ...stride1] },
    tensors: [int8([1, 4, 4, 4]), perChannel([6, 3, 3, 2], 0), int8([1, 4, 4, 6], 1 / 8)],
    ops: ['quantized-conv2d'],
  },
  'DEPTHWISE_CONV_2D, int8 per channel, multiplier 2': {
    operator: { code: 4, options: [2, ...stride1, { slot: 3, int32: 2 }, { slot: 4, int8: 1 }] },
    tensors: [
      int8(image),
      perChannel([1, 3, 3, 6], 3),
      bias(
        6,
        [1, 2, 3, 4, 5, 6].map((c) => c / 2 ** 15),
      ),
      int8([1, 5, 5, 6], 1 / 16),
    ],
    ops: ['quantized-conv2d'],
  },
  'DEPTHWISE_CONV_2D whose bias states the axis of the weight': {
    operator: { code: 4, options: [2, ...stride1, { slot: 3, int32: 1 }] },
    tensors: [
      int8(image),
      perChannel([1, 3, 3, 3], 3),
      { ...bias(3, [1 / 2 ** 15, 2 / 2 ** 15, 3 / 2 ** 15]), axis: 3 },
      int8(image, 1 / 16),
    ],
    ops: ['quantized-conv2d'],
  },
  'FULLY_CONNECTED of an image': {
    operator: { code: 9, options: [8, { slot: 0, int8: 0 }] },
    tensors: [
      int8([1, 2, 2, 3]),
      constant(int8([5, 12], 1 / 64, 0)),
      bias(5, [2 ** -11]),
      int8([1, 5], 1 / 8),
    ],
    ops: ['reshape', 'quantized-matmul'],
  },
  'FULLY_CONNECTED, keep_num_dims': {
    operator: { code: 9, options: [8, { slot: 2, int8: 1 }] },
    tensors: [uint8([1, 2, 6]), constant(uint8([5, 6], 1 / 64, 128)), uint8([1, 2, 5], 1 / 8)],
    ops: ['reshape', 'quantized-matmul', 'reshape'],
  },
  'ADD, RELU': {
    operator: { code: 0, options: [11, { slot: 0, int8: 1 }] },
    tensors: [uint8(image), uint8(image, 1 / 50, 100), uint8(image, 1 / 20, 10)],
    ops: ['quantized-add'],
  },
  'ADD of a constant': {
    operator: { code: 0, options: [11] },
    tensors: [int8(image), constant(int8([3], 1 / 50, 0)), int8(image, 1 / 20, 10)],
    ops: ['quantized-add'],
  },
  'MUL by a gate': {
    operator: { code: 18, options: [21] },
    tensors: [int8(image), int8([1, 1, 1, 3], 1 / 64, -5), int8(image, 1 / 32, 0)],
    ops: ['quantized-mul'],
  },
  SUB: {
    operator: { code: 41, options: [28] },
    tensors: [int8(image), int8(image, 1 / 50, 0), int8(image, 1 / 16, 0)],
    ops: ['lookup', 'quantized-add'],
  },
  'AVERAGE_POOL_2D of the image': {
    operator: {
      code: 1,
      options: [5, { slot: 0, int8: 1 }, ...stride1, { slot: 3, int32: 5 }, { slot: 4, int32: 5 }],
    },
    tensors: [uint8(image), uint8([1, 1, 1, 3])],
    ops: ['quantized-global-average-pool2d'],
  },
  'AVERAGE_POOL_2D of windows': {
    operator: { code: 1, options: [5, ...stride1, { slot: 3, int32: 3 }, { slot: 4, int32: 3 }] },
    tensors: [uint8(image), uint8(image)],
    ops: ['average-pool2d'],
  },
  MEAN: {
    operator: { code: 40, options: [27] },
    tensors: [int8(image), ints(1, 2), int8([1, 3], 1 / 64, 0)],
    ops: ['quantized-global-average-pool2d', 'reshape'],
  },
  MAX_POOL_2D: {
    operator: {
      code: 17,
      options: [
        5,
        { slot: 1, int32: 2 },
        { slot: 2, int32: 2 },
        { slot: 3, int32: 3 },
        { slot: 4, int32: 3 },
      ],
    },
    tensors: [int8(image), int8([1, 3, 3, 3])],
    ops: ['max-pool2d'],
  },
  PAD: {
    operator: { code: 34, options: [22] },
    tensors: [
      uint8([1, 2, 2, 3], 0.5, 9),
      { shape: [4, 2], type: 'int32', data: Int32Array.of(0, 0, 1, 0, 0, 2, 0, 0) },
      uint8([1, 3, 4, 3], 0.5, 9),
    ],
    ops: ['pad'],
  },
  CONCATENATION: {
    operator: { code: 2, options: [10, { slot: 0, int32: 3 }] },
    tensors: [int8(image), int8([1, 5, 5, 2]), int8([1, 5, 5, 5])],
    ops: ['concat'],
  },
  'CONCATENATION of other scales': {
    operator: { code: 2, options: [10, { slot: 0, int32: 3 }] },
    tensors: [int8(image), int8([1, 5, 5, 2], 1 / 16), int8([1, 5, 5, 5], 1 / 16)],
    ops: ['lookup', 'concat'],
  },
  RESHAPE: {
    operator: { code: 22, options: [17] },
    tensors: [int8(image), ints(1, 75), int8([1, 75])],
    ops: ['reshape'],
  },
  SOFTMAX: {
    operator: { code: 25, options: [9, { slot: 0, float32: 1 }] },
    tensors: [uint8([1, 9], 1 / 16), uint8([1, 9], 1 / 256, 0)],
    ops: ['quantized-softmax'],
  },
  HARD_SWISH: {
    operator: { code: 117 },
    tensors: [int8(image), int8(image, 1 / 40, -100)],
    ops: ['lookup'],
  },
  LEAKY_RELU: {
    operator: { code: 98, options: [75, { slot: 0, float32: 0.2 }] },
    tensors: [int8(image), int8(image, 1 / 40, -100)],
    ops: ['lookup'],
  },
  'LEAKY_RELU with a slope below 256ths': {
    operator: { code: 98, options: [75, { slot: 0, float32: 0.001 }] },
    tensors: [int8(image), int8(image, 1 / 40, -100)],
    ops: ['lookup'],
  },
  'PRELU of channels': {
    operator: { code: 54 },
    tensors: [int8(image), constant(int8([1, 1, 3], 1 / 200, 7)), int8(image, 1 / 40, -100)],
    ops: ['lookup'],
  },
  'PRELU of places': {
    operator: { code: 54 },
    tensors: [int8(image), constant(int8([5, 5, 3], 1 / 200, 7)), int8(image, 1 / 40, -100)],
    ops: ['reshape', 'lookup', 'reshape'],
  },
  LOGISTIC: {
    operator: { code: 14 },
    tensors: [uint8(image), uint8(image, 1 / 256, 0)],
    ops: ['lookup'],
  },
  TRANSPOSE: {
    operator: { code: 39, options: [26] },
    tensors: [int8(image), ints(0, 3, 1, 2), int8([1, 3, 5, 5])],
    ops: ['transpose'],
  },
  TRANSPOSE_CONV: {
    operator: { code: 67, options: [49, { slot: 0, int8: 0 }, { slot: 1, int32: 2 }, { slot: 2, int32: 2 }] },
    tensors: [ints(1, 10, 10, 4), perChannel([4, 3, 3, 3], 0), int8(image), int8([1, 10, 10, 4], 1 / 8)],
    ops: ['quantized-conv2d', 'reshape', 'transpose', 'reshape', 'slice'],
  },
  'QUANTIZE to another scale': {
    operator: { code: 114 },
    tensors: [uint8(image), uint8(image, 1 / 20, 7)],
    ops: ['lookup'],
  },
  'QUANTIZE to another type': {
    operator: { code: 114 },
    tensors: [uint8(image), int8(image, 1 / 20, 0)],
    ops: ['lookup'],
  },
};

const opsOf = ({ graph }: Network): string[] => graph.nodes.map(({ op }) => op);

/** Runs a model in float32 and with integers on the same random numbers; results as real numbers. */
function runBoth(model: TestModel): { real: Tensor; integer: Tensor; network: Network } {
  const file = tfliteFile(model);
  const float = readTflite(file);
  const integer = readTflite(file, { arithmetic: 'integer' });
  const stored = new Map<string, Tensor>();
  const real = new Map<string, Tensor>();
  for (const [i, { name, shape, dtype, quantization }] of integer.network.graph.inputs.entries()) {
    const numbers = randomTensor(shape, random, -2, 2);
    const tensor =
      quantization === undefined ? numbers : quantizeTensor(numbers, dtype as 'int8' | 'uint8', quantization);
    stored.set(name, tensor);
    real.set(float.inputs[i]!.name, toFloat32(tensor));
  }
  return {
    real: runReference(float.network, real).get(float.outputs[0]!.name)!,
    integer: runReference(integer.network, stored).get(integer.outputs[0]!.name)!,
    network: integer.network,
  };
}

describe('integer arithmetic', () => {
  test.each(Object.keys(cases))('%s: within one step of the real numbers', (name) => {
    const { operator, tensors, ops } = cases[name] as Case;
    const { real, integer, network } = runBoth(oneOperator(operator, ...tensors));
    const { type = '', scale = [] } = tensors.at(-1)!;
    expect(opsOf(network)).toEqual(ops);
    expect(integer).toMatchObject({ dtype: type, shape: tensors.at(-1)!.shape });
    const numbers = toFloat32(integer).data;
    const off = Array.from(numbers, (value, i) => Math.abs(value - real.data[i]!) / (scale[0] as number));
    expect(Math.max(...off)).toBeLessThanOrEqual(1.001);
    // Most are the nearest, or something is shifted.
    expect(off.filter((steps) => steps <= 0.51).length).toBeGreaterThanOrEqual(off.length / 2);
    expect(new Set(numbers).size).toBeGreaterThan(1);
  });

  test('leaves networks of real numbers alone', () => {
    const model = oneOperator({ code: 19 }, { shape: [1, 4] }, { shape: [1, 4] });
    const file = tfliteFile(model);
    expect(readTflite(file, { arithmetic: 'integer' })).toEqual(readTflite(file));
  });

  test('dequantizes where the network leaves the integers', () => {
    const model: TestModel = {
      tensors: [int8([1, 4]), { shape: [1, 4] }, { shape: [1, 4] }],
      operators: [
        { code: 6, inputs: [0], outputs: [1] },
        { code: 14, inputs: [1], outputs: [2] },
      ],
      inputs: [0],
      outputs: [2],
    };
    const { network } = readTflite(tfliteFile(model), { arithmetic: 'integer' });
    expect(opsOf(network)).toEqual(['dequantize', 'sigmoid']);
  });

  test('says of inputs and outputs how they are stored', () => {
    const model = oneOperator({ code: 22, options: [17] }, uint8([1, 4]), ints(4), uint8([4]));
    const { network, inputs } = readTflite(tfliteFile(model), { arithmetic: 'integer' });
    const quantization = { scale: [1 / 32], zeroPoint: [128] };
    expect(network.graph.inputs).toEqual([{ name: 't0', shape: [1, 4], dtype: 'uint8', quantization }]);
    expect(inputs[0]?.quantization).toEqual({ dtype: 'uint8', scale: 1 / 32, zeroPoint: 128 });
  });

  test('refuses 16-bit activations', () => {
    const int16: TestTensor = { shape: [1, 4], type: 'int16', scale: [1], zeroPoint: [0] };
    const wide = tfliteFile(oneOperator({ code: 14 }, int16, int16));
    expect(() => readTflite(wide, { arithmetic: 'integer' })).toThrow(
      "holds int16, but integer arithmetic computes int8 and uint8: read the model with arithmetic 'float32'",
    );
    expect(() => readTflite(wide)).not.toThrow();
  });

  test('takes biases of any scale as they are stored', () => {
    const { operator, tensors } = cases['CONV_2D, uint8, RELU6'] as Case;
    const sums = tensors[2] as TestTensor;
    const read = (scale: number): unknown => {
      const { network } = readTflite(
        tfliteFile(oneOperator(operator, ...tensors.with(2, { ...sums, scale: [scale] }))),
        { arithmetic: 'integer' },
      );
      return [...network.weights.values()].map(({ data }) => [...data]);
    };
    expect(read(1)).toEqual(read(2 ** -14));
  });
});
