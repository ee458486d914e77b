import { runReference } from '@sepconv/reference';
import { createTensor, float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestOnnx,
  type TestTensor,
} from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { FormatError } from '../../errors.js';
import { toFileLayout } from '../../onnx.js';
import type { OnnxOptions } from '../import.js';

const uint8 = (dims: readonly number[], ...bytes: number[]): TestTensor => ({
  dims,
  raw: [2, Uint8Array.from(bytes)],
});
const int8 = (dims: readonly number[], ...bytes: number[]): TestTensor => ({
  dims,
  raw: [3, Int8Array.from(bytes)],
});
const real = (dims: readonly number[], ...floats: number[]): TestTensor => ({ dims, floats });
const modelOf = (
  nodes: readonly TestNode[],
  initializers: TestOnnx['initializers'] = {},
  x = [1, 4],
): TestOnnx => ({
  nodes,
  initializers,
  inputs: { x },
  outputs: nodes.at(-1)?.outputs ?? [],
});

/** The outputs of a model on one input, by name. */
function run(model: TestOnnx, x: Tensor, options: OnnxOptions = {}) {
  const { network, inputs, outputs } = readOnnx(onnxFile(model), options);
  const results = runReference(network, new Map([[inputs[0]?.name ?? '', x]]));
  return { network, outputs, results: outputs.map(({ name }) => results.get(name) as Tensor) };
}

const row = float32Tensor([1, 4], [0.5, 1.5, -3, 1000]);

describe('QuantizeLinear', () => {
  test('whose result is an output gives integers with what they stand for', () => {
    const { results } = run(
      modelOf([node('QuantizeLinear', 'x s z', 'y')], { s: real([], 1), z: int8([], 3) }),
      row,
    );
    expect(results[0]).toEqual(
      createTensor('int8', [1, 4], Int8Array.of(3, 5, 0, 127), { scale: [1], zeroPoint: [3] }),
    );
  });

  test('stores uint8 without a zero point, or what output_dtype says', () => {
    const plain = run(modelOf([node('QuantizeLinear', 'x s', 'y')], { s: real([], 1) }), row);
    expect(plain.results[0]?.data).toEqual(Uint8Array.of(0, 2, 0, 255));
    const said = node('QuantizeLinear', 'x s', 'y', { output_dtype: 3 });
    expect(run(modelOf([said], { s: real([], 1) }), row).results[0]?.data).toEqual(
      Int8Array.of(0, 2, -3, 127),
    );
  });

  test('has a scale for each channel, which is the last dimension here', () => {
    const model = modelOf(
      [node('QuantizeLinear', 'x s z', 'q'), node('MaxPool', 'q', 'y', { kernel_shape: [1, 1] })],
      { s: real([2], 1, 2), z: uint8([2], 0, 10) },
      [1, 2, 1, 2],
    );
    const { network } = readOnnx(onnxFile({ ...model, nodes: model.nodes.slice(0, 1), outputs: ['q'] }));
    const image = float32Tensor([1, 2, 1, 2], [1, 2, 4, 8]);
    const [result] = runReference(network, image).values();
    expect(result?.data).toEqual(Uint8Array.of(1, 2, 12, 14));
    expect(result?.quantization).toEqual({ scale: [1, 2], zeroPoint: [0, 10], axis: 1 });
  });

  test('before DequantizeLinear rounds in integer arithmetic, and clips in float32', () => {
    const pair = modelOf(
      [
        node('QuantizeLinear', 'x s z', 'q'),
        node('Reshape', 'q n', 'r'),
        node('DequantizeLinear', 'r s z', 'y'),
      ],
      { s: real([], 1), z: int8([], 0), n: { dims: [1], ints: [4] } },
    );
    expect(run(pair, row).results[0]?.data).toEqual(Float32Array.of(0.5, 1.5, -3, 127));
    const exact = run(pair, row, { arithmetic: 'integer' });
    expect(exact.results[0]?.data).toEqual(Float32Array.of(0, 2, -3, 127));
    expect(exact.network.graph.nodes.map(({ op }) => op)).toContain('quantize');
  });

  test('rounds in float32, too, where somebody else reads its integers', () => {
    const model: TestOnnx = {
      ...modelOf([node('QuantizeLinear', 'x s z', 'q'), node('DequantizeLinear', 'q s z', 'y')], {
        s: real([], 1),
        z: int8([], 0),
      }),
      outputs: ['q', 'y'],
    };
    expect(run(model, row).results.map(({ data }) => [...data])).toEqual([
      [0, 2, -3, 127],
      [0, 2, -3, 127],
    ]);
  });
});

describe('integers', () => {
  test('are given another meaning where they are read with one', () => {
    const model = modelOf([node('QuantizeLinear', 'x s z', 'q'), node('DequantizeLinear', 'q t z', 'y')], {
      s: real([], 1),
      t: real([], 10),
      z: int8([], 0),
    });
    expect(run(model, row, { arithmetic: 'integer' }).results[0]?.data).toEqual(
      Float32Array.of(0, 20, -30, 1270),
    );
  });

  test('become real numbers by a Cast', () => {
    const model = modelOf([node('DynamicQuantizeLinear', 'x', 'q s z'), node('Cast', 'q', 'y', { to: 1 })]);
    const { results } = run(model, float32Tensor([1, 4], [0, 85, 170, 255]));
    expect(results[0]?.data).toEqual(Float32Array.of(0, 85, 170, 255));
  });

  test('are moved as they are', () => {
    const model = modelOf(
      [
        node('QuantizeLinear', 'x s', 'q'),
        node('Transpose', 'q', 't', { perm: [1, 0] }),
        node('Slice', 't from to', 'u'),
        node('Identity', 'u', 'y'),
      ],
      { s: real([], 1), from: { dims: [1], ints: [1] }, to: { dims: [1], ints: [4] } },
      [2, 4],
    );
    const { results, outputs } = run(model, float32Tensor([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]));
    const inFile = toFileLayout(results[0] as Tensor, outputs[0] ?? {});
    expect(inFile.shape).toEqual([3, 2]);
    expect(inFile.data).toEqual(Uint8Array.of(2, 6, 3, 7, 4, 8));
  });

  test('are computed at load where nothing depends on an input', () => {
    const model = modelOf(
      [node('QuantizeLinear', 'w s z', 'q'), node('DequantizeLinear', 'q s z', 'v'), node('Add', 'x v', 'y')],
      {
        w: real([4], 0.5, 1.5, 2.5, -9),
        s: real([], 1),
        z: uint8([], 1),
      },
    );
    const { network, results } = run(model, float32Tensor([1, 4], [0, 0, 0, 0]));
    expect(network.graph.nodes.map(({ op }) => op)).toEqual(['add']);
    expect([...(results[0]?.data ?? [])]).toEqual([0, 2, 2, -1]);
  });
});

describe('what is refused names the node, the op and the reason', () => {
  const scales = { s: real([], 1), z: uint8([], 0), ss: real([2], 1, 2), blocks: real([1, 2], 1, 2) };
  test.each([
    ['a scale that is computed', [node('QuantizeLinear', 'x x z', 'y')], 'the scale must be a constant'],
    [
      'a scale of 0',
      [node('QuantizeLinear', 'x zero z', 'y')],
      'has the scale 0, which must be positive and finite',
    ],
    [
      'scales that do not fit',
      [node('QuantizeLinear', 'x ss', 'y')],
      'has 2 scales for 4 indices of dimension 1',
    ],
    [
      'other numbers of zero points',
      [node('QuantizeLinear', 'x ss z', 'y')],
      'has 2 scales, but 1 zero points',
    ],
    [
      'blocks',
      [node('QuantizeLinear', 'x blocks', 'y', { block_size: 2 })],
      'has a scale for each 2 elements (block_size)',
    ],
    ['scales in two dimensions', [node('QuantizeLinear', 'x blocks', 'y')], 'has scales of 1×2'],
    [
      'float8',
      [node('QuantizeLinear', 'x s', 'y', { output_dtype: 17 })],
      'quantizes to float8e4m3fn; int8 and uint8',
    ],
    [
      'int16 as an output',
      [node('QuantizeLinear', 'x s', 'y', { output_dtype: 5 })],
      'quantizes to int16, which is supported only',
    ],
    [
      'two types',
      [node('QuantizeLinear', 'x s z', 'y', { output_dtype: 3 })],
      'quantizes to int8, but its zero point is uint8',
    ],
    [
      'real numbers',
      [node('DequantizeLinear', 'x s z', 'y')],
      'reads integers, but what the network computes there are real',
    ],
    [
      'integers in an op of real numbers',
      [node('QuantizeLinear', 'x s z', 'q'), node('Relu', 'q', 'y')],
      'computes with real numbers here, but its input 0 is uint8: put a DequantizeLinear or a Cast before it',
    ],
    [
      'a Cast to bytes',
      [node('Cast', 'x', 'y', { to: 2 })],
      'casts what the network computes to uint8; float32, float16, float64, int32, int64 and bool are supported',
    ],
  ])('%s', (_, nodes, reason) => {
    const model = modelOf(nodes, { ...scales, zero: real([], 0) });
    expect(() => readOnnx(onnxFile(model))).toThrow(FormatError);
    expect(() => readOnnx(onnxFile(model))).toThrow(reason);
    expect(() => readOnnx(onnxFile(model))).toThrow(`ONNX node ${nodes.at(-1)?.op}`);
  });
});
