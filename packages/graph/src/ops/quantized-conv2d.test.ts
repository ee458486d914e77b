import { describe, expect, it } from 'vitest';
import { inferTypesOf, plainWindow } from '../testing/infer-op.js';
import { bytes, output, outputType } from '../testing/quantized-types.js';

const attributes = { ...plainWindow, groups: 1, output };
const image = bytes('uint8', [1, 5, 6, 4]);
const weight = bytes('int8', [3, 3, 4, 8]);
const bias = { dtype: 'int32', shape: [8] } as const;

describe('quantized-conv2d', () => {
  it('gives [N, H′, W′, C_out] of what it stores', () => {
    expect(inferTypesOf('quantized-conv2d', attributes, [image, weight, bias])).toEqual(
      outputType([1, 3, 4, 8]),
    );
    const strided = { ...attributes, strides: [2, 2], groups: 4 } as const;
    const depthwise = bytes('uint8', [3, 3, 1, 8]);
    expect(inferTypesOf('quantized-conv2d', strided, [image, depthwise]).shape).toEqual([1, 2, 2, 8]);
  });

  it('takes a scale for each output channel, and for nothing else', () => {
    const eight = Array.from({ length: 8 }, () => 0.5);
    const zeros = eight.map(() => 0);
    const perChannel = { ...weight, quantization: { scale: eight, zeroPoint: zeros, axis: 3 } };
    expect(inferTypesOf('quantized-conv2d', attributes, [image, perChannel]).shape).toEqual([1, 3, 4, 8]);
    const alongInputs = {
      ...weight,
      quantization: { scale: [1, 1, 1, 1], zeroPoint: [0, 0, 0, 0], axis: 2 },
    };
    expect(() => inferTypesOf('quantized-conv2d', attributes, [image, alongInputs])).toThrow(
      'quantized-conv2d "node": the weight is quantized along axis 2, but its output channels are axis 3',
    );
    const ofImage = { ...image, quantization: { scale: [1, 1, 1, 1], zeroPoint: [0, 0, 0, 0], axis: 3 } };
    expect(() => inferTypesOf('quantized-conv2d', attributes, [ofImage, weight])).toThrow(
      'the input is quantized along axis 3, which only a weight may be',
    );
  });

  it('refuses real numbers, integers without scale, and other biases', () => {
    const real = { dtype: 'float32', shape: [1, 5, 6, 4] } as const;
    expect(() => inferTypesOf('quantized-conv2d', attributes, [real, weight])).toThrow(
      'the input must be int8 or uint8, but is float32',
    );
    expect(() =>
      inferTypesOf('quantized-conv2d', attributes, [{ ...image, quantization: undefined } as never, weight]),
    ).toThrow('the input is uint8 without scale and zero point');
    expect(() =>
      inferTypesOf('quantized-conv2d', attributes, [image, weight, { dtype: 'float32', shape: [8] }]),
    ).toThrow('the bias must be int32, but is float32');
    expect(() =>
      inferTypesOf('quantized-conv2d', attributes, [image, weight, { dtype: 'int32', shape: [4] }]),
    ).toThrow('the bias must have 8 numbers, one for each output channel, but is [4]');
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferTypesOf('quantized-conv2d', attributes, [image, bytes('int8', [3, 3, 5, 8])])).toThrow(
      'the weight is 3×3×5×8, but dimension 2 (C_in) must be 4, not 5',
    );
    expect(() => inferTypesOf('quantized-conv2d', { ...attributes, groups: 3 }, [image, weight])).toThrow(
      'the input has 4 channels, which 3 groups do not divide',
    );
  });

  it.each([
    [
      { ...output, zeroPoint: 200 },
      'the zero point of the result must be an integer from -128 to 127, as int8 is, not 200',
    ],
    [{ ...output, scale: 0 }, 'the scale of the result must be positive and finite in float32, not 0'],
    [{ ...output, min: 5, max: 4 }, 'output.max must be an integer of at least 5, not 4'],
    [{ ...output, min: -129 }, 'output.min must be an integer of at least -128, not -129'],
    [{ ...output, max: 128 }, 'output.max must be at most 127, as int8 is, not 128'],
    [{ ...output, scale: 1e-42 }, 'a ratio of scales must be positive and finite in float32, not Infinity'],
    [{ ...output, dtype: 'int32' as never }, 'the result must be stored as int8 or uint8, not int32'],
  ])('refuses to store as %j', (stored, message) => {
    expect(() =>
      inferTypesOf('quantized-conv2d', { ...attributes, output: stored }, [image, weight]),
    ).toThrow(message);
  });
});
