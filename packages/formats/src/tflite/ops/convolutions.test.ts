import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { counting, oneOperator, runTflite } from '../../../test/run-tflite.js';
import { type TestField, tfliteFile } from '../../../test/tflite-file.js';

type Size = readonly [height: number, width: number];

/** SAME padding as TensorFlow's documentation defines it: pixels in front. */
function samePaddingBefore(input: number, kernel: number, stride: number, dilation: number): number {
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + (kernel - 1) * dilation + 1 - input);
  return Math.floor(total / 2);
}

interface Case {
  readonly input: readonly [number, number, number, number];
  /** `[O, K_h, K_w, I]`; depthwise `[1, K_h, K_w, C·M]`. */
  readonly weight: readonly [number, number, number, number];
  readonly stride: Size;
  readonly dilation: Size;
  readonly same: boolean;
}

/** The convolution straight from TFLite's layouts; `tap` says which weight joins which input and output channel. */
function expected(
  { input: [, height, width, channels], weight, stride, dilation, same }: Case,
  outputs: number,
  tap: (o: number, i: number, j: number, c: number) => number | undefined,
): { shape: number[]; data: number[] } {
  const [, kernelHeight, kernelWidth] = weight;
  const extent = [(kernelHeight - 1) * dilation[0] + 1, (kernelWidth - 1) * dilation[1] + 1] as const;
  const outputHeight = Math.ceil((same ? height : height - extent[0] + 1) / stride[0]);
  const outputWidth = Math.ceil((same ? width : width - extent[1] + 1) / stride[1]);
  const top = same ? samePaddingBefore(height, kernelHeight, stride[0], dilation[0]) : 0;
  const left = same ? samePaddingBefore(width, kernelWidth, stride[1], dilation[1]) : 0;
  const pixels = counting(height * width * channels);
  const data: number[] = [];
  for (let y = 0; y < outputHeight; y++)
    for (let x = 0; x < outputWidth; x++)
      for (let o = 0; o < outputs; o++) {
        let sum = o + 1;
        for (let i = 0; i < kernelHeight; i++)
          for (let j = 0; j < kernelWidth; j++)
            for (let c = 0; c < channels; c++) {
              const row = y * stride[0] + i * dilation[0] - top;
              const column = x * stride[1] + j * dilation[1] - left;
              const inside = row >= 0 && row < height && column >= 0 && column < width;
              if (inside)
                sum += (pixels[(row * width + column) * channels + c] ?? 0) * (tap(o, i, j, c) ?? 0);
            }
        data.push(sum);
      }
  return { shape: [1, outputHeight, outputWidth, outputs], data };
}

function check(code: number, test: Case, output: ReturnType<typeof expected>, fields: TestField[]): void {
  const { input, weight, same } = test;
  const outputs = output.shape[3] ?? 0;
  const count = weight.reduce((product, dimension) => product * dimension, 1);
  const model = oneOperator(
    { code, options: [code === 3 ? 1 : 2, { slot: 0, int8: same ? 0 : 1 }, ...fields] },
    { shape: input },
    { shape: weight, data: Float32Array.from(counting(count)) },
    { shape: [outputs], data: Float32Array.from({ length: outputs }, (_, o) => o + 1) },
    { shape: output.shape },
  );
  const pixels = counting(input.reduce((product, dimension) => product * dimension, 1));
  const result = runTflite(model, pixels);
  expect(result.shape).toEqual(output.shape);
  expect([...result.data]).toEqual(output.data);
}

const plain = { stride: [1, 1], dilation: [1, 1], same: true } as const;
const conv2dCases: readonly [string, Case][] = [
  ['1×1', { ...plain, input: [1, 2, 3, 2], weight: [3, 1, 1, 2] }],
  ['3×2 with stride 2×1, SAME', { ...plain, input: [1, 5, 4, 2], weight: [3, 3, 2, 2], stride: [2, 1] }],
  [
    '3×3 with dilation 1×2, VALID',
    { ...plain, input: [1, 4, 6, 2], weight: [2, 3, 3, 2], dilation: [1, 2], same: false },
  ],
  ['2×2 in two groups', { ...plain, input: [1, 3, 3, 4], weight: [4, 2, 2, 2] }],
  ['3×3, one channel a group (depthwise)', { ...plain, input: [1, 3, 3, 3], weight: [6, 3, 3, 1] }],
];

describe('CONV_2D', () => {
  test.each(conv2dCases)('%s', (_, test) => {
    const [outputs, kernelHeight, kernelWidth, inputs] = test.weight;
    const numbers = counting(outputs * kernelHeight * kernelWidth * inputs);
    const groups = test.input[3] / inputs;
    const output = expected(test, outputs, (o, i, j, c) => {
      const first = Math.floor(o / (outputs / groups)) * inputs;
      if (c < first || c >= first + inputs) return undefined;
      return numbers[((o * kernelHeight + i) * kernelWidth + j) * inputs + c - first];
    });
    check(3, test, output, [
      { slot: 1, int32: test.stride[1] },
      { slot: 2, int32: test.stride[0] },
      { slot: 4, int32: test.dilation[1] },
      { slot: 5, int32: test.dilation[0] },
    ]);
  });

  test('becomes the op that says most about it', () => {
    const opOf = (weight: Case['weight'], channels: number): string | undefined => {
      const model = oneOperator(
        { code: 3, options: [1, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }] },
        { shape: [1, 4, 4, channels] },
        { shape: weight, data: new Float32Array(weight.reduce((a, b) => a * b, 1)) },
        { shape: [1, 4, 4, weight[0]] },
      );
      return readTflite(tfliteFile(model)).network.graph.nodes[0]?.op;
    };
    expect(opOf([8, 1, 1, 4], 4)).toBe('pointwise-conv2d');
    expect(opOf([8, 3, 3, 1], 4)).toBe('depthwise-conv2d');
    expect(opOf([8, 3, 3, 1], 1)).toBe('conv2d');
    expect(opOf([8, 3, 3, 2], 4)).toBe('conv2d');
  });
});

const depthwiseCases: readonly [string, Case][] = [
  [
    '3×3, multiplier 1, stride 2, SAME',
    { ...plain, input: [1, 6, 5, 3], weight: [1, 3, 3, 3], stride: [2, 2] },
  ],
  ['2×3, multiplier 2, VALID', { ...plain, input: [1, 4, 4, 2], weight: [1, 2, 3, 4], same: false }],
  ['3×3 with dilation 2, SAME', { ...plain, input: [1, 5, 5, 1], weight: [1, 3, 3, 2], dilation: [2, 2] }],
];

describe('DEPTHWISE_CONV_2D', () => {
  test.each(depthwiseCases)('%s', (_, test) => {
    const [, kernelHeight, kernelWidth, outputs] = test.weight;
    const numbers = counting(kernelHeight * kernelWidth * outputs);
    const multiplier = outputs / test.input[3];
    const output = expected(test, outputs, (o, i, j, c) =>
      Math.floor(o / multiplier) === c ? numbers[(i * kernelWidth + j) * outputs + o] : undefined,
    );
    check(4, test, output, [
      { slot: 1, int32: test.stride[1] },
      { slot: 2, int32: test.stride[0] },
      { slot: 3, int32: multiplier },
      { slot: 5, int32: test.dilation[1] },
      { slot: 6, int32: test.dilation[0] },
    ]);
  });

  test('refuses a depth multiplier that the weight does not have', () => {
    const model = oneOperator(
      { code: 4, options: [2, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }, { slot: 3, int32: 3 }] },
      { shape: [1, 4, 4, 2] },
      { shape: [1, 3, 3, 4], data: new Float32Array(36) },
      { shape: [1, 4, 4, 4] },
    );
    expect(() => readTflite(tfliteFile(model))).toThrow(
      'TFLite operator 0 DEPTHWISE_CONV_2D "t2": the depth multiplier is 3, but the weight 1×3×3×4 has 2',
    );
  });
});

describe('FULLY_CONNECTED', () => {
  const weight = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const bias = { shape: [2], data: Float32Array.of(10, 20) };

  test('takes a weight [C_out, C_in]', () => {
    const model = oneOperator({ code: 9, options: [8] }, { shape: [2, 3] }, weight, bias, { shape: [2, 2] });
    expect([...runTflite(model, [1, 0, 0, 0, 1, 1]).data]).toEqual([11, 24, 15, 31]);
  });

  test('flattens an image into rows, without a bias', () => {
    const model = oneOperator(
      { code: 9, options: [8], inputs: [0, 1, -1] },
      { shape: [2, 1, 1, 3] },
      weight,
      { shape: [2, 2] },
    );
    expect([...runTflite(model, [1, 0, 0, 0, 1, 1]).data]).toEqual([1, 4, 5, 11]);
  });

  test('keeps leading dimensions and then applies the fused activation', () => {
    const model = oneOperator(
      { code: 9, options: [8, { slot: 0, int8: 3 }, { slot: 2, int8: 1 }] },
      { shape: [1, 2, 3] },
      weight,
      { shape: [1, 2, 2] },
    );
    const result = runTflite(model, [1, 0, 0, -1, 1, 1]);
    expect(result.shape).toEqual([1, 2, 2]);
    expect([...result.data]).toEqual([1, 4, 4, 6]);
  });
});
