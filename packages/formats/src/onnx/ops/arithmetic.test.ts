import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestNode, type TestOnnx, type TestTensor } from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { onnxOps, runOnnx } from '../../../test/run-onnx.js';

const floats = (dims: number[], ...values: number[]): TestTensor => ({ dims, floats: values });
const ints = (...values: number[]): TestTensor => ({ dims: [values.length], ints: values });

/** A model of one node that reads `x` and the initializers, in their order. */
function one(
  op: string,
  dims: number[],
  attributes: NonNullable<TestNode['attributes']> = {},
  initializers: Record<string, TestTensor> = {},
  opset = 21,
): TestOnnx {
  const inputs = ['x', ...Object.keys(initializers)];
  return {
    opset,
    nodes: [{ op, inputs, outputs: ['y'], attributes }],
    initializers,
    inputs: { x: dims },
    outputs: ['y'],
  };
}

const run = (model: TestOnnx, ...x: number[]): number[] => [...runOnnx(model, { x }).data];

describe('arithmetic', () => {
  test('keeps the order of its inputs, wherever the constant is', () => {
    const first = (op: string): TestOnnx => ({
      nodes: [{ op, inputs: ['c', 'x'], outputs: ['y'] }],
      initializers: { c: floats([2, 1], 8, 2) },
      inputs: { x: [2] },
      outputs: ['y'],
    });
    expect(run(first('Sub'), 1, 2)).toEqual([7, 6, 1, 0]);
    expect(run(first('Div'), 1, 2)).toEqual([8, 4, 2, 1]);
    expect(run(first('Pow'), 1, 2)).toEqual([8, 64, 2, 4]);
    const second = (op: string) => one(op, [2], {}, { c: floats([1], 2) });
    expect(run(second('Sub'), 8, 2)).toEqual([6, 0]);
    expect(run(second('Div'), 8, 2)).toEqual([4, 1]);
    expect(run(second('Pow'), 8, 3)).toEqual([64, 9]);
    expect(onnxOps(second('Sub'))).toEqual(['add']);
    expect(onnxOps(second('Div'))).toEqual(['mul']);
  });

  test('of what the network computes', () => {
    const both = (op: string): TestOnnx => ({
      nodes: [
        { op: 'Abs', inputs: ['x'], outputs: ['a'] },
        { op, inputs: ['x', 'a'], outputs: ['y'] },
      ],
      inputs: { x: [2] },
      outputs: ['y'],
    });
    expect(run(both('Sub'), -3, 2)).toEqual([-6, 0]);
    expect(run(both('Div'), -3, 2)).toEqual([-1, 1]);
    expect(run(both('Pow'), -3, 2)).toEqual([-27, 4]);
    // A slope that the network computes.
    expect(run(both('PRelu'), -3, 2)).toEqual([-9, 2]);
  });

  test('sums are means times their count, and a reciprocal is a division', () => {
    const sum = one('ReduceSum', [2, 3], { keepdims: 0 }, { axes: ints(1) });
    expect(runOnnx(sum, { x: [1, 2, 3, 4, 5, 6] })).toEqual(float32Tensor([2], [6, 15]));
    const none = one('ReduceSum', [2], { noop_with_empty_axes: 1 });
    expect(run(none, 1, 2)).toEqual([1, 2]);
    expect(run(one('Reciprocal', [2]), 4, -0.5)).toEqual([0.25, -2]);
  });

  test('spelled out softmax is read op by op', () => {
    const nodes = [
      { op: 'ReduceMax', inputs: ['x', 'axes'], outputs: ['most'] },
      { op: 'Sub', inputs: ['x', 'most'], outputs: ['less'] },
      { op: 'Exp', inputs: ['less'], outputs: ['power'] },
      { op: 'ReduceSum', inputs: ['power', 'axes'], outputs: ['sum'] },
      { op: 'Div', inputs: ['power', 'sum'], outputs: ['y'] },
    ];
    const model = { nodes, initializers: { axes: ints(-1) }, inputs: { x: [2, 2] }, outputs: ['y'] };
    expect(run(model, 5, 5, -1e4, 1e4)).toEqual([0.5, 0.5, 0, 1]);
  });

  test('LayerNormalization gives its statistics where they are read', () => {
    const nodes = [{ op: 'LayerNormalization', inputs: ['x', 'w'], outputs: ['', 'mean', 'inverse'] }];
    const w = { w: floats([2], 1, 1) };
    const model = { nodes, initializers: w, inputs: { x: [2, 2] }, outputs: ['mean'] };
    expect(runOnnx(model, { x: [1, 3, 2, 8] })).toEqual(float32Tensor([2, 1], [2, 5]));
    const [first, second] = run({ ...model, outputs: ['inverse'] }, 1, 3, 2, 8);
    expect(first).toBeCloseTo(1, 4);
    expect(second).toBeCloseTo(1 / 3, 4);
  });

  test('what is computed at load: Size, CastLike, Pow, Max, and no dropout in training', () => {
    const sized = [
      { op: 'Size', inputs: ['x'], outputs: ['size'] },
      { op: 'CastLike', inputs: ['size', 'x'], outputs: ['count'] },
      { op: 'Pow', inputs: ['count', 'two'], outputs: ['square'] },
      { op: 'Max', inputs: ['square', 'ten'], outputs: ['most'] },
      { op: 'Mul', inputs: ['x', 'most'], outputs: ['y'] },
    ];
    const initializers = { two: floats([], 2), ten: floats([], 10) };
    const model = { nodes: sized, initializers, inputs: { x: [2] }, outputs: ['y'] };
    expect(run(model, 1, 2)).toEqual([10, 20]);
    expect(onnxOps(model)).toEqual(['mul']);
    const training = [
      { op: 'Dropout', inputs: ['two', '', 'training'], outputs: ['d'] },
      { op: 'Mul', inputs: ['x', 'd'], outputs: ['y'] },
    ];
    const on = { raw: [9, Uint8Array.of(1)], dims: [] } as const;
    const dropout = { ...model, nodes: training, initializers: { ...initializers, training: on } };
    expect(() => readOnnx(onnxFile(dropout))).toThrow('is in training mode');
  });
});

describe('Max and Min with a constant', () => {
  const model = (op: string, dims: number[], values: number[]): TestOnnx => ({
    nodes: [{ op, inputs: ['x', 'c'], outputs: ['y'] }],
    initializers: { c: { dims, floats: values } },
    inputs: { x: [2, 2] },
    outputs: ['y'],
  });

  test('of several equal elements', () => {
    const x = [-1, 1, 2, 3];
    expect([...runOnnx(model('Max', [2], [1.5, 1.5]), { x }).data]).toEqual([1.5, 1.5, 2, 3]);
    expect([...runOnnx(model('Min', [2, 1], [1.5, 1.5]), { x }).data]).toEqual([-1, 1, 1.5, 1.5]);
  });

  test('of different elements, or of more than the value has', () => {
    const x = [-1, 1, 2, 3];
    expect([...runOnnx(model('Max', [2], [1, 2]), { x }).data]).toEqual([1, 2, 2, 3]);
    const wide = runOnnx(model('Min', [2, 1, 1], [1.5, 1.5]), { x });
    expect(wide.shape).toEqual([2, 2, 2]);
    expect([...wide.data]).toEqual([-1, 1, 1.5, 1.5, -1, 1, 1.5, 1.5]);
  });
});
