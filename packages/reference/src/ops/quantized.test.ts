import { createTensor, float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { plainWindow, runOp, valuesOf } from '../testing/run-op.js';

const bytes = (
  dtype: 'int8' | 'uint8',
  shape: readonly number[],
  values: readonly number[],
  scale = 1,
  zeroPoint = 0,
): Tensor => {
  const data = dtype === 'int8' ? Int8Array.from(values) : Uint8Array.from(values);
  return createTensor(dtype, shape, data as never, { scale: [scale], zeroPoint: [zeroPoint] }) as Tensor;
};
const int32 = (...values: number[]): Tensor =>
  createTensor('int32', [values.length], Int32Array.from(values));

describe('quantized-conv2d', () => {
  const attributes = {
    ...plainWindow,
    groups: 1,
    output: { dtype: 'int8', scale: 1, zeroPoint: 0 },
  } as const;

  it('adds products of differences from the zero points', () => {
    // (3 − 1)·(5 − 2) + (4 − 1)·(1 − 2) + 10 = 13; times 0.5 · 0.5 / 0.25 = 1.
    const input = bytes('uint8', [1, 1, 1, 2], [3, 4], 0.5, 1);
    const weight = bytes('uint8', [1, 1, 2, 1], [5, 1], 0.5, 2);
    const counter = createMacCounter();
    const output = { dtype: 'uint8', scale: 0.25, zeroPoint: 100 } as const;
    const result = runOp('quantized-conv2d', { ...attributes, output }, [input, weight, int32(10)], counter);
    expect(valuesOf(result)).toEqual([113]);
    expect(result.quantization).toEqual({ scale: [0.25], zeroPoint: [100] });
    expect(counter.total).toBe(2);
  });

  it('rounds halves to the even integer in float32, as onnxruntime does', () => {
    const halves = bytes('int8', [1, 1, 4, 1], [3, 1, -1, -3], 0.5);
    const one = bytes('int8', [1, 1, 1, 1], [1]);
    expect(valuesOf(runOp('quantized-conv2d', attributes, [halves, one]))).toEqual([2, 0, 0, -2]);
    // 2²⁵ + 1 is 2²⁵ as a float32, and 2⁻²⁶ of it a half; of the sum itself it is more.
    const zero = bytes('uint8', [1, 1, 1, 1], [0], 2 ** -3);
    const output = { dtype: 'uint8', scale: 2 ** 23, zeroPoint: 0 } as const;
    const operands = [zero, one, int32(2 ** 25 + 1)] as const;
    expect(valuesOf(runOp('quantized-conv2d', { ...attributes, output }, operands))).toEqual([0]);
  });

  it('pads with the zero point, which stands for 0', () => {
    const padding = { top: 0, bottom: 0, left: 1, right: 1 };
    const input = bytes('uint8', [1, 1, 1, 1], [130], 1, 128);
    const weight = bytes('int8', [1, 3, 1, 1], [50, 7, 60]);
    expect(valuesOf(runOp('quantized-conv2d', { ...attributes, padding }, [input, weight]))).toEqual([14]);
  });

  it('clips to the type, and to narrower bounds', () => {
    const input = bytes('int8', [1, 1, 4, 1], [100, 20, -20, -100]);
    const weight = bytes('int8', [1, 1, 1, 1], [2]);
    expect(valuesOf(runOp('quantized-conv2d', attributes, [input, weight]))).toEqual([127, 40, -40, -128]);
    const output = { ...attributes.output, min: 0, max: 30 };
    expect(valuesOf(runOp('quantized-conv2d', { ...attributes, output }, [input, weight]))).toEqual([
      30, 30, 0, 0,
    ]);
  });

  it('has a scale for each output channel, and groups', () => {
    const input = bytes('int8', [1, 1, 1, 2], [10, 20]);
    const perChannel = createTensor('int8', [1, 1, 1, 2], Int8Array.of(3, 3), {
      scale: [1, 0.5],
      zeroPoint: [0, 1],
      axis: 3,
    });
    expect(valuesOf(runOp('quantized-conv2d', { ...attributes, groups: 2 }, [input, perChannel]))).toEqual([
      30, 20,
    ]);
  });

  it('wraps around in 32 bits', () => {
    const input = bytes('int8', [1, 1, 1, 1], [1]);
    const weight = bytes('int8', [1, 1, 1, 1], [1]);
    expect(valuesOf(runOp('quantized-conv2d', attributes, [input, weight, int32(2 ** 31 - 1)]))).toEqual([
      -128,
    ]);
  });
});

describe('products', () => {
  it('multiply matrices, each by its own or all by one', () => {
    const a = bytes('int8', [2, 1, 2], [1, 2, 3, 4]);
    const each = bytes('int8', [2, 2, 1], [1, 1, 10, 1]);
    const output = { dtype: 'int8', scale: 1, zeroPoint: 0 } as const;
    expect(valuesOf(runOp('quantized-matmul', { output }, [a, each]))).toEqual([3, 34]);
    const one = bytes('int8', [2, 1], [1, 10]);
    expect(valuesOf(runOp('quantized-matmul', { output }, [a, one, int32(1)]))).toEqual([22, 44]);
  });

  it('leave int32 without scales, with a zero point that may be computed', () => {
    const a = createTensor('uint8', [1, 2], Uint8Array.of(200, 100));
    const b = bytes('int8', [2, 1], [100, -100], 1, 1);
    const zero = createTensor('uint8', [], Uint8Array.of(50));
    // 150·99 + 50·(−101)
    expect(valuesOf(runOp('matmul-integer', {}, [a, b, zero]))).toEqual([9800]);
    expect(valuesOf(runOp('matmul-integer', {}, [a, b]))).toEqual([200 * 99 - 100 * 101]);
    const image = createTensor('uint8', [1, 1, 1, 2], Uint8Array.of(200, 100));
    const weight = bytes('int8', [1, 1, 2, 1], [100, -100], 1, 1);
    expect(valuesOf(runOp('conv-integer', { ...plainWindow, groups: 1 }, [image, weight, zero]))).toEqual([
      9800,
    ]);
  });
});

describe('arithmetic', () => {
  it('adds in units of the result', () => {
    const a = bytes('uint8', [3], [128, 129, 255], 1, 128);
    const b = bytes('int8', [1], [3], 0.5);
    const output = { dtype: 'uint8', scale: 1, zeroPoint: 10 } as const;
    // 0, 1, 127 and 1.5: halves up.
    expect(valuesOf(runOp('quantized-add', { output }, [a, b]))).toEqual([12, 13, 139]);
  });

  it('multiplies', () => {
    const a = bytes('int8', [4], [-10, 10, 5, 127], 0.5);
    const b = bytes('uint8', [1], [131], 0.5, 128);
    const output = { dtype: 'int8', scale: 0.5, zeroPoint: 0 } as const;
    // −15, 15, 7.5, 190.5 in units of 0.5
    expect(valuesOf(runOp('quantized-mul', { output }, [a, b]))).toEqual([-15, 15, 8, 127]);
  });

  it('takes means', () => {
    const image = bytes('uint8', [1, 1, 3, 2], [10, 1, 20, 2, 31, 2], 1, 1);
    const output = { dtype: 'uint8', scale: 1, zeroPoint: 0 } as const;
    // (9 + 19 + 30) / 3 = 19.33, (0 + 1 + 1) / 3 = 0.67
    expect(valuesOf(runOp('quantized-global-average-pool2d', { output }, [image]))).toEqual([19, 1]);
  });
});

describe('conversions', () => {
  it('round halves to the even integer, clip, and make the zero point of NaN', () => {
    const attributes = { dtype: 'uint8', scale: [2], zeroPoint: [10] } as const;
    const numbers = float32Tensor([9], [0, 1, 3, 5, -1, -3, 1e30, -Infinity, NaN]);
    expect(valuesOf(runOp('quantize', attributes, [numbers]))).toEqual([10, 10, 12, 12, 10, 8, 255, 0, 10]);
  });

  it('have a scale for each channel', () => {
    const attributes = { dtype: 'int8', scale: [1, 0.5], zeroPoint: [0, 1], axis: 0 } as const;
    const stored = runOp('quantize', attributes, [float32Tensor([2, 2], [1, 2, 1, 2])]);
    expect(valuesOf(stored)).toEqual([1, 2, 3, 5]);
    expect(valuesOf(runOp('dequantize', {}, [stored]))).toEqual([1, 2, 1, 2]);
  });

  it('find scale and zero point in the numbers, 0 among them', () => {
    // ONNX's own example: test_dynamicquantizelinear.
    const numbers = float32Tensor([6], [0, 2, -3, -2.5, 1.34, 0.5]);
    const result = (which: 'values' | 'scale' | 'zero-point') =>
      valuesOf(runOp('dynamic-quantize', { result: which }, [numbers]));
    expect(result('values')).toEqual([153, 255, 0, 26, 221, 179]);
    expect(result('scale')).toEqual([Math.fround(0.0196078438)]);
    expect(result('zero-point')).toEqual([153]);
    const nothing = runOp('dynamic-quantize', { result: 'scale' }, [float32Tensor([2], [0, 0])]);
    expect(valuesOf(nothing)).toEqual([1]);
  });
});
