import { describe, expect, it } from 'vitest';
import { TensorError } from './errors.js';
import {
  byteLength,
  createTensor,
  expectDType,
  filled,
  float32Tensor,
  type Tensor,
  zeros,
} from './tensor.js';
import { reshapeTensor } from './transpose.js';

describe('createTensor', () => {
  it('uses the array that it is given', () => {
    const data = new Float32Array(4);
    const tensor = createTensor('float32', [1, 2, 2, 1], data);
    expect(tensor.data).toBe(data);
    expect(tensor.shape).toEqual([1, 2, 2, 1]);
    expect('quantization' in tensor).toBe(false);
  });

  it('keeps its own copy of the shape', () => {
    const shape = [2, 2];
    const tensor = createTensor('float32', shape, new Float32Array(4));
    shape[0] = 100;
    expect(tensor.shape).toEqual([2, 2]);
  });

  it('refuses the wrong array and the wrong length, naming both', () => {
    expect(() => createTensor('float32', [2], new Int8Array(2) as never)).toThrow(
      'a float32 tensor needs a Float32Array, not a Int8Array',
    );
    expect(() => createTensor('float32', [2, 3], new Float32Array(5))).toThrow(
      'the shape 2×3 needs 6 elements, but the array has 5',
    );
    expect(() => createTensor('int8', [0], new Int8Array(0))).toThrow(TensorError);
  });

  it('checks the quantization against the shape', () => {
    const quantization = { scale: [1, 2], zeroPoint: [0, 0], axis: 1 };
    expect(createTensor('int8', [3, 2], new Int8Array(6), quantization).quantization).toBe(quantization);
    expect(() => createTensor('int8', [3, 3], new Int8Array(9), quantization)).toThrow(
      'needs 3 scales and zero points, but has 2 scales and 2 zero points',
    );
  });
});

describe('making tensors', () => {
  it('rounds plain numbers to float32', () => {
    expect(float32Tensor([2], [0.1, 1]).data).toEqual(Float32Array.of(0.1, 1));
    expect(() => float32Tensor([2], [1])).toThrow('needs 2 elements, but the array has 1');
  });

  it('fills', () => {
    expect(zeros('int32', [2, 1])).toEqual({ dtype: 'int32', shape: [2, 1], data: new Int32Array(2) });
    expect(filled('float64', [2], 0.1).data).toEqual(Float64Array.of(0.1, 0.1));
    expect(zeros('float32', []).data.length).toBe(1);
    expect(() => zeros('float32', [-1])).toThrow(TensorError);
  });
});

describe('reshapeTensor', () => {
  it('shares the elements', () => {
    const tensor = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const reshaped = reshapeTensor(tensor, [3, 2]);
    expect(reshaped.shape).toEqual([3, 2]);
    expect(reshaped.data).toBe(tensor.data);
    expect(() => reshapeTensor(tensor, [4])).toThrow('the shape 4 needs 4 elements, but the array has 6');
  });

  it('keeps a quantization of the whole tensor and refuses one per channel', () => {
    const whole = { scale: [0.5], zeroPoint: [3] };
    const tensor = createTensor('int8', [4], new Int8Array(4), whole);
    expect(reshapeTensor(tensor, [2, 2]).quantization).toBe(whole);
    const perChannel = createTensor('int8', [2], new Int8Array(2), {
      scale: [1, 2],
      zeroPoint: [0, 0],
      axis: 0,
    });
    expect(() => reshapeTensor(perChannel, [1, 2])).toThrow('dequantize it first');
  });
});

describe('byteLength and expectDType', () => {
  it('multiply elements by their size', () => {
    expect(byteLength({ dtype: 'float16', shape: [3, 5] })).toBe(30);
    expect(byteLength(zeros('float64', []))).toBe(8);
  });

  it('narrow, or name both types', () => {
    const tensor: Tensor = zeros('int8', [1]);
    expect(expectDType(tensor, 'int8')).toBe(tensor);
    expect(() => expectDType(tensor, 'float32', 'the image')).toThrow(
      'the image must be float32, but is int8',
    );
  });
});
