import { elementCount } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../test/read-now.js';
import { counting, oneOperator, runTflite } from '../../../test/run-tflite.js';
import { type TestModel, type TestTensor, tfliteFile } from '../../../test/tflite-file.js';

const numbers = (shape: readonly number[]): TestTensor => ({
  shape,
  data: Float32Array.from(counting(elementCount(shape))),
});

const sizes = (shape: readonly number[]): TestTensor => ({
  shape: [shape.length],
  type: 'int32',
  data: Int32Array.from(shape),
});

/**
 * TensorFlow's definition: the gradient of a convolution with SAME or VALID padding on an image of the output's size, with
 * regard to that image; here by scattering, straight from TFLite's layouts.
 */
function expected(
  input: readonly number[],
  weight: readonly number[],
  output: readonly number[],
  { same, stride, bias }: { same: boolean; stride: readonly [number, number]; bias?: readonly number[] },
): number[] {
  const [, height = 0, width = 0, channels = 0] = input;
  const [outputs = 0, kernelHeight = 0, kernelWidth = 0] = weight;
  const [, outputHeight = 0, outputWidth = 0] = output;
  const x = counting(height * width * channels);
  const w = counting(outputs * kernelHeight * kernelWidth * channels);
  // The padding of that convolution, by TensorFlow's documentation.
  const before = (size: number, kernel: number, step: number): number =>
    same ? Math.floor(Math.max(0, (Math.ceil(size / step) - 1) * step + kernel - size) / 2) : 0;
  const top = before(outputHeight, kernelHeight, stride[0]);
  const left = before(outputWidth, kernelWidth, stride[1]);
  const result = Array.from(
    { length: outputHeight * outputWidth * outputs },
    (_, i) => bias?.[i % outputs] ?? 0,
  );
  for (let y = 0; y < height; y++)
    for (let column = 0; column < width; column++)
      for (let i = 0; i < kernelHeight; i++)
        for (let j = 0; j < kernelWidth; j++) {
          const [toY, toX] = [y * stride[0] + i - top, column * stride[1] + j - left];
          if (toY < 0 || toX < 0 || toY >= outputHeight || toX >= outputWidth) continue;
          for (let o = 0; o < outputs; o++)
            for (let c = 0; c < channels; c++) {
              const at = (toY * outputWidth + toX) * outputs + o;
              result[at] =
                (result[at] ?? 0) +
                (x[(y * width + column) * channels + c] ?? 0) *
                  (w[((o * kernelHeight + i) * kernelWidth + j) * channels + c] ?? 0);
            }
        }
  return result;
}

describe('TRANSPOSE_CONV', () => {
  test.each([
    { input: [1, 3, 4, 2], weight: [3, 3, 3, 2], output: [1, 6, 8, 3], same: true, stride: [2, 2] },
    { input: [1, 3, 4, 2], weight: [3, 3, 3, 2], output: [1, 5, 7, 3], same: true, stride: [2, 2] },
    { input: [1, 3, 4, 2], weight: [3, 3, 2, 2], output: [1, 7, 10, 3], same: false, stride: [2, 3] },
    { input: [1, 3, 4, 2], weight: [1, 2, 2, 2], output: [1, 9, 12, 1], same: true, stride: [3, 3] },
    { input: [1, 2, 2, 1], weight: [2, 2, 2, 1], output: [1, 5, 5, 2], same: false, stride: [2, 2] },
  ] as const)('$input by $weight to $output, SAME $same', ({ input, weight, output, same, stride }) => {
    const model = oneOperator(
      {
        code: 67,
        inputs: [0, 1, 2],
        options: [
          49,
          { slot: 0, int8: same ? 0 : 1 },
          { slot: 1, int32: stride[1] },
          { slot: 2, int32: stride[0] },
        ],
      },
      sizes(output),
      numbers(weight),
      { shape: input },
      { shape: output },
    );
    const result = runTflite(model, counting(elementCount(input)));
    expect(result.shape).toEqual(output);
    expect([...result.data]).toEqual(expected(input, weight, output, { same, stride }));
  });

  test('says which sizes do not fit', () => {
    const model = oneOperator(
      { code: 67, inputs: [0, 1, 2], options: [49, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }] },
      sizes([1, 3, 3, 4]),
      numbers([3, 3, 3, 2]),
      { shape: [1, 3, 3, 2] },
      { shape: [1, 3, 3, 4] },
    );
    expect(() => readTflite(tfliteFile(model))).toThrow(
      'TFLite operator 0 TRANSPOSE_CONV "t3": cannot give 1×3×3×4 from 1×3×3×2 with 3 filters',
    );
  });
});

describe('MediaPipe’s Convolution2DTransposeBias', () => {
  const build = (options: readonly number[]): TestModel =>
    oneOperator(
      {
        code: 32,
        customCode: 'Convolution2DTransposeBias',
        customOptions: new Uint8Array(Int32Array.from(options).buffer),
      },
      { shape: [1, 3, 4, 2] },
      numbers([1, 2, 2, 2]),
      { shape: [1], data: Float32Array.of(0.5) },
      { shape: [1, 9, 8, 1] },
    );

  test('is a transposed convolution to the size of its tensor', () => {
    const { data } = runTflite(build([1, 2, 3]), counting(24));
    const wanted = expected([1, 3, 4, 2], [1, 2, 2, 2], [1, 9, 8, 1], {
      same: true,
      stride: [3, 2],
      bias: [0.5],
    });
    expect([...data]).toEqual(wanted);
  });

  test('is refused without the options that it needs', () => {
    expect(() => readTflite(tfliteFile(build([1, 2])))).toThrow('needs 12 bytes of options');
    expect(() => readTflite(tfliteFile(build([0, 2, 2])))).toThrow(
      'the padding must be 1 (SAME) or 2 (VALID), not 0',
    );
    expect(() => readTflite(tfliteFile(build([1, 0, 2])))).toThrow(
      'the stride must be at least 1×1, not 2×0',
    );
  });
});
