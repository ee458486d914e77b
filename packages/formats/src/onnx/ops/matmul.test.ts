import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestOnnx } from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { onnxOps, runOnnx } from '../../../test/run-onnx.js';

/** Both inputs computed by the network. */
const product = (a: number[], b: number[]): TestOnnx => ({
  nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
  inputs: { a, b },
  outputs: ['y'],
});

describe('MatMul of what the network computes', () => {
  test('multiplies vectors as rows and columns', () => {
    const inputs = { a: [1, 2], b: [3, 4] };
    expect(runOnnx(product([2], [2, 1]), inputs)).toEqual(float32Tensor([1], [11]));
    expect(runOnnx(product([1, 2], [2]), inputs)).toEqual(float32Tensor([1], [11]));
    expect(runOnnx(product([2, 1], [1, 2]), inputs)).toEqual(float32Tensor([2, 2], [3, 4, 6, 8]));
  });

  test('stretches leading dimensions, even crosswise', () => {
    // Two matrices [1, 1] by three: every pair.
    const crosswise = product([2, 1, 1, 1], [1, 3, 1, 1]);
    const result = runOnnx(crosswise, { a: [1, 10], b: [1, 2, 3] });
    expect(result).toEqual(float32Tensor([2, 3, 1, 1], [1, 2, 3, 10, 20, 30]));
    expect(onnxOps(product([2, 1, 3], [3, 1]))).toEqual(['reshape', 'matmul']);
  });

  test('is attention: queries by keys, whose transpose moves them once', () => {
    const nodes = [
      { op: 'Transpose', inputs: ['k'], outputs: ['t'], attributes: { perm: [0, 2, 1] } },
      { op: 'MatMul', inputs: ['q', 't'], outputs: ['y'] },
    ];
    const model = { nodes, inputs: { q: [2, 1, 2], k: [2, 2, 2] }, outputs: ['y'] };
    const result = runOnnx(model, { q: [1, 2, 3, 4], k: [1, 0, 0, 1, 10, 1, 1, 10] });
    expect(result).toEqual(float32Tensor([2, 1, 2], [1, 2, 34, 43]));
    expect(onnxOps(model)).toEqual(['transpose', 'matmul']);
  });

  test('of a Gemm adds what is left', () => {
    const nodes = [{ op: 'Gemm', inputs: ['a', 'b', 'c'], outputs: ['y'], attributes: { transB: 1 } }];
    const initializers = { c: { dims: [2], floats: [100, 200] } };
    const model = { nodes, initializers, inputs: { a: [1, 2], b: [2, 2] }, outputs: ['y'] };
    expect(runOnnx(model, { a: [1, 2], b: [1, 2, 3, 4] })).toEqual(float32Tensor([1, 2], [105, 211]));
  });

  test('is refused where the sizes do not fit', () => {
    expect(() => readOnnx(onnxFile(product([2, 3], [2, 3])))).toThrow(
      'ONNX node MatMul "y": multiplies 2×3 by 2×3: 3 columns do not fit 2 rows',
    );
    expect(() => readOnnx(onnxFile(product([2, 1, 3], [3, 3, 1])))).toThrow(
      'do not fit together in dimension 0',
    );
  });
});
