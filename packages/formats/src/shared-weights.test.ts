/** @file A tensor that several layers read in one way is one parameter, in every format. */

import { elementCount } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { onnxFile, type TestNode, testNode } from '../test/onnx-file.js';
import { readOnnx, readTfjs, readTflite } from '../test/read-now.js';
import { hasShared, readShared, sharedTitle } from '../test/shared-files.js';
import { layer, weightsOf } from '../test/tfjs-file.js';
import { type TestTensor, tfliteFile } from '../test/tflite-file.js';
import type { ImportedNetwork } from './imported-network.js';
import { writeOnnx } from './write-onnx.js';

const counted = ({ network }: ImportedNetwork): number =>
  network.graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);

const repeats = [0, 1, 2, 3] as const;
const values = ['x', 'v1', 'v2', 'v3', 'y'] as const;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 7) / 4 + 0.5);

/** Four times what `nodes` makes of one value. */
const fourTimes = (nodes: (from: string, to: string) => TestNode[]): TestNode[] =>
  repeats.flatMap((i) => nodes(values[i] as string, values[i + 1] as string));

describe('a tensor with several readers, ONNX', () => {
  const image = [1, 2, 4, 4] as const;
  const weights = {
    w: { dims: [2, 2, 3, 3], floats: numbers(36) },
    b: { dims: [2], floats: numbers(2) },
    one: { dims: [2], floats: [1, 1] },
    slope: { dims: [2, 1, 1], floats: [0.5, 0.25] },
    alike: { dims: [2], floats: numbers(2) },
    bytes: { dims: [2, 2, 3, 3], raw: [3, Int8Array.from(numbers(36), (n) => n * 4)] },
    scale: { dims: [], floats: [0.5] },
    square: { dims: [4, 4], floats: numbers(16) },
  } as const satisfies Record<string, TestTensor | object>;
  const pads = { pads: [1, 1, 1, 1] };
  it.each<[string, number, readonly number[], (from: string, to: string) => TestNode[]]>([
    ['a convolution', 38, image, (x, y) => [testNode('Conv', [x, 'w', 'b'], y, pads)]],
    [
      'a normalization',
      8,
      image,
      (x, y) => [testNode('BatchNormalization', [x, 'b', 'one', 'slope1', 'slope1'], y)],
    ],
    ['slopes', 2, image, (x, y) => [testNode('PRelu', [x, 'slope'], y)]],
    ['an offset', 2, image, (x, y) => [testNode('Sub', [x, 'slope'], y)]],
    ['a divisor', 2, image, (x, y) => [testNode('Div', [x, 'slope'], y)]],
    ['a matrix', 16, [2, 4], (x, y) => [testNode('MatMul', [x, 'square'], y)]],
    [
      'a scaled, turned matrix',
      16,
      [2, 4],
      (x, y) => [testNode('Gemm', [x, 'square'], y, { transB: 1, alpha: { float: 0.5 } })],
    ],
    [
      'a quantized weight that each layer dequantizes itself',
      36,
      image,
      (x, y) => [
        testNode('DequantizeLinear', ['bytes', 'scale'], `${y}w`),
        testNode('Conv', [x, `${y}w`], y, pads),
      ],
    ],
  ])('%s', (_, wanted, shape, nodes) => {
    const initializers = { ...weights, slope1: { dims: [2], floats: [0.5, 0.25] } } as never;
    const file = onnxFile({ nodes: fourTimes(nodes), initializers, inputs: { x: shape }, outputs: ['y'] });
    const read = readOnnx(file);
    expect(counted(read)).toBe(wanted);
    // It is one in the file that it is written to, too.
    expect(counted(readOnnx(writeOnnx(read.network)))).toBe(wanted);
  });

  it('equal numbers of two tensors are two parameters', () => {
    const nodes = [testNode('Conv', 'x w b', 'v', pads), testNode('Conv', 'v w alike', 'y', pads)];
    const file = onnxFile({ nodes, initializers: weights as never, inputs: { x: image }, outputs: ['y'] });
    expect(counted(readOnnx(file))).toBe(40);
  });

  const path = 'cases/round-2/networks/shared-conv-x4.onnx';
  it.runIf(hasShared(path))(sharedTitle('counts 584', path), () => {
    expect(counted(readOnnx(readShared(path)))).toBe(584);
  });
});

describe('a tensor with several readers, TFLite', () => {
  const convolutions = (weight: TestTensor, bias: TestTensor, stored: Partial<TestTensor> = {}) =>
    tfliteFile({
      tensors: [weight, bias, ...values.map((name) => ({ name, shape: [1, 4, 4, 2], ...stored }))],
      operators: repeats.map((i) => ({
        code: 3,
        inputs: [i + 2, 0, 1],
        outputs: [i + 3],
        options: [1, { slot: 0, int8: 0 }, { slot: 1, int32: 1 }, { slot: 2, int32: 1 }] as never,
      })),
      inputs: [2],
      outputs: [6],
    });

  it('a convolution', () => {
    const weight = { shape: [2, 3, 3, 2], data: Float32Array.from(numbers(36)) };
    const file = convolutions(weight, { shape: [2], data: Float32Array.of(1, 2) });
    expect(counted(readTflite(file))).toBe(38);
  });

  it.each(['float32', 'integer'] as const)('a quantized convolution, %s', (arithmetic) => {
    const stored = { type: 'int8', scale: [0.5], zeroPoint: [0] } as const;
    const weight = { shape: [2, 3, 3, 2], data: Int8Array.from(numbers(36), (n) => n * 4), ...stored };
    const bias = {
      shape: [2],
      data: Int32Array.of(1, 2),
      type: 'int32',
      scale: [0.25],
      zeroPoint: [0],
    } as const;
    const read = readTflite(convolutions(weight, bias, stored), { arithmetic });
    expect(counted(read)).toBe(38);
  });

  const path = 'cases/round-2/networks/shared.tflite';
  it.runIf(hasShared(path))(sharedTitle('counts 576, one convolution of two', path), () => {
    expect(counted(readTflite(readShared(path)))).toBe(576);
  });
});

describe('a weight with several readers, TF.js', () => {
  it('layers that are applied several times', () => {
    const { manifest, shards } = weightsOf([
      { name: 'conv/kernel', shape: [3, 3, 2, 2] },
      { name: 'conv/bias', shape: [2] },
      { name: 'norm/moving_mean', shape: [2] },
      { name: 'norm/moving_variance', shape: [2], first: 1 },
      { name: 'slope/alpha', shape: [1, 1, 2] },
    ]);
    const call = (name: string, node: number) => [[name, node, 0, {}]];
    const calls = (first: unknown, name: string) => [first, ...[0, 1, 2].map((node) => call(name, node))];
    const repeated = (className: string, name: string, inbound: unknown[], config: object) => ({
      ...layer(className, name, [], config),
      inbound_nodes: inbound,
    });
    const layers = [
      layer('InputLayer', 'image', [], { batch_input_shape: [null, 4, 4, 2] }),
      repeated('Conv2D', 'conv', calls(call('image', 0), 'slope'), { kernel_size: [3, 3], padding: 'same' }),
      repeated(
        'BatchNormalization',
        'norm',
        [0, 1, 2, 3].map((node) => call('conv', node)),
        { scale: false, center: false },
      ),
      repeated(
        'PReLU',
        'slope',
        [0, 1, 2, 3].map((node) => call('norm', node)),
        {},
      ),
    ];
    const config = { name: 'm', layers, input_layers: [['image', 0, 0]], output_layers: [['slope', 3, 0]] };
    const model = {
      modelTopology: { model_config: { class_name: 'Functional', config } },
      weightsManifest: manifest,
    };
    const read = readTfjs({ model, shards });
    expect(read.network.graph.nodes).toHaveLength(12);
    expect(counted(read)).toBe(38 + 8 + 2);
  });

  it('nodes that read one constant', () => {
    const { manifest, shards } = weightsOf([
      { name: 'w', shape: [3, 3, 2, 2] },
      { name: 'b', shape: [2] },
    ]);
    const window = { strides: { list: { i: ['1', '1', '1', '1'] } }, padding: { s: btoa('SAME') } };
    const dim = ['1', '4', '4', '2'].map((size) => ({ size }));
    const node = [
      { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
      { name: 'w', op: 'Const' },
      { name: 'b', op: 'Const' },
      { name: 'w2', op: 'Identity', input: ['w'] },
      { name: 'a', op: 'Conv2D', input: ['x', 'w'], attr: window },
      { name: 'c', op: 'BiasAdd', input: ['a', 'b'] },
      { name: 'd', op: 'Conv2D', input: ['c', 'w2'], attr: window },
      { name: 'y', op: 'BiasAdd', input: ['d', 'b'] },
    ];
    const model = { format: 'graph-model', modelTopology: { node }, weightsManifest: manifest };
    expect(counted(readTfjs({ model, shards }))).toBe(38);
  });
});
