/** @file ONNX's integer operators beside onnxruntime: the same small networks, the same integers out. */

import { type ImportedNetwork, toFileLayout, toGraphLayout } from '@sepconv/formats/onnx';
import { runReference } from '@sepconv/reference';
import {
  createRandom,
  createTensor,
  elementCount,
  type Random,
  type Shape,
  type Tensor,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
// The files of these tests are written as those of the reader's own.
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestTensor,
} from '../../../packages/formats/test/onnx-file.ts';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { type FileTensors, runFastest, runOnnxruntime } from './onnxruntime.ts';

type Byte = 'uint8' | 'int8';

const typeCodes = { uint8: 2, int8: 3, int32: 6 } as const;
const arrays = { uint8: Uint8Array, int8: Int8Array, int32: Int32Array } as const;

const integers = (type: keyof typeof arrays, dims: Shape, numbers: readonly number[]): TestTensor => ({
  dims,
  raw: [typeCodes[type], arrays[type].from(numbers)],
});
const real = (dims: Shape, ...floats: number[]): TestTensor => ({ dims, floats });

/** Integers of all of a type, or of a part of it that no sum of pairs leaves. */
const drawn = (random: Random, type: Byte, dims: Shape): TestTensor => {
  const [low, count] = type === 'int8' ? [-64, 128] : [0, 256];
  return integers(
    type,
    dims,
    Array.from({ length: elementCount(dims) }, () => low + random.integer(count)),
  );
};

interface Network {
  readonly nodes: readonly TestNode[];
  readonly initializers: Readonly<Record<string, TestTensor>>;
  readonly shape: Shape;
}

/** Our results by the reference and by the fastest engine, and onnxruntime's. */
async function runBoth({ nodes, initializers, shape }: Network, random: Random) {
  const file = onnxFile({ nodes, initializers, inputs: { x: shape }, outputs: ['y'] });
  const data = Float32Array.from({ length: elementCount(shape) }, () => 4 * random.next() - 2);
  const given: FileTensors = new Map([['x', createTensor('float32', shape, data)]]);
  const imported = readOnnx(file, { arithmetic: 'integer' });
  const theirs = (await runOnnxruntime(file, given)).get('y') as Tensor<'float32'>;
  const engine = (await runFastest(imported, given)).get('y') as Tensor<'float32'>;
  return { imported, reference: byReference(imported, given), engine, theirs };
}

function byReference({ network, inputs, outputs }: ImportedNetwork, given: FileTensors): Tensor<'float32'> {
  const tensors = inputs.map(
    (input) => [input.name, toGraphLayout(given.get(input.name) as Tensor<'float32'>, input)] as const,
  );
  const [output] = outputs;
  return toFileLayout(
    runReference(network, new Map(tensors)).get(output?.name ?? 'y') as Tensor<'float32'>,
    output ?? {},
  );
}

const quantizeX = node('QuantizeLinear', 'x xs xz', 'q');
const dequantizeY = node('DequantizeLinear', 'r ys yz', 'y');

/** Scales and zero points of x and y. */
const ends = (type: Byte, output: Byte, yScale: number) => ({
  xs: real([], 4 / 255),
  xz: integers(type, [], [type === 'uint8' ? 121 : -7]),
  ys: real([], yScale),
  yz: integers(output, [], [output === 'uint8' ? 130 : 3]),
});

interface Convolution {
  readonly input: Byte;
  readonly weight: Byte;
  readonly output: Byte;
  readonly channels: number;
  readonly outputs: number;
  readonly group: number;
  readonly perChannel: boolean;
  readonly attributes: TestNode['attributes'];
}

const plain: Convolution = {
  input: 'uint8',
  weight: 'uint8',
  output: 'uint8',
  channels: 5,
  outputs: 7,
  group: 1,
  perChannel: false,
  attributes: {},
};

const convolutions: Readonly<Record<string, Convolution>> = {
  'uint8 with one scale': plain,
  'uint8 by int8 per channel, padded': {
    ...plain,
    weight: 'int8',
    perChannel: true,
    attributes: { pads: [1, 0, 2, 1], strides: [2, 1] },
  },
  'int8 per channel, dilated': {
    ...plain,
    input: 'int8',
    weight: 'int8',
    output: 'int8',
    perChannel: true,
    attributes: { dilations: [2, 2], pads: [2, 1, 2, 0] },
  },
  'two groups': { ...plain, weight: 'int8', channels: 6, outputs: 8, group: 2 },
  'depthwise, int8 per channel': {
    ...plain,
    input: 'int8',
    weight: 'int8',
    output: 'int8',
    channels: 9,
    outputs: 9,
    group: 9,
    perChannel: true,
    attributes: { pads: [1, 1, 1, 1] },
  },
  'depthwise with two outputs for each channel': {
    ...plain,
    weight: 'int8',
    channels: 4,
    outputs: 8,
    group: 4,
  },
};

function convolutionOf(settings: Convolution, random: Random): Network {
  const { input, weight, output, channels, outputs, group, perChannel, attributes } = settings;
  const count = perChannel ? outputs : 1;
  const dims = perChannel ? [outputs] : [];
  const scales = Array.from({ length: count }, () => 0.004 + 0.01 * random.next());
  return {
    nodes: [
      quantizeX,
      node('QLinearConv', 'q xs xz w ws wz ys yz b', 'r', { ...attributes, group }),
      dequantizeY,
    ],
    initializers: {
      ...ends(input, output, 0.05),
      w: drawn(random, weight, [outputs, channels / group, 3, 3]),
      ws: real(dims, ...scales),
      wz: integers(weight, dims, new Array(count).fill(weight === 'uint8' ? 119 : 0)),
      b: integers(
        'int32',
        [outputs],
        Array.from({ length: outputs }, () => random.integer(4000) - 2000),
      ),
    },
    shape: [2, channels, 8, 9],
  };
}

describe('QLinearConv gives onnxruntime’s integers', () => {
  test.each(Object.entries(convolutions))('%s', async (_, settings) => {
    const random = createRandom(11);
    const { imported, reference, engine, theirs } = await runBoth(convolutionOf(settings, random), random);
    expect(imported.network.graph.nodes.map(({ op }) => op)).toContain('quantized-conv2d');
    // Most of the results are no bounds of the type, else nothing would be compared.
    expect(new Set(theirs.data).size).toBeGreaterThan(40);
    expect(reference.data).toEqual(theirs.data);
    expect(engine.data).toEqual(theirs.data);
  });
});

describe('QLinearMatMul gives onnxruntime’s integers', () => {
  const cases = [
    ['a matrix', [4, 33], [33, 6], 'uint8'],
    ['matrices by one', [2, 3, 4, 16], [16, 5], 'int8'],
    ['matrices by as many', [3, 4, 16], [3, 16, 5], 'uint8'],
  ] as const;
  test.each(cases)('%s', async (_, shape, right, type) => {
    const random = createRandom(5);
    const network: Network = {
      nodes: [quantizeX, node('QLinearMatMul', 'q xs xz w ws wz ys yz', 'r'), dequantizeY],
      initializers: {
        ...ends(type, type, 0.06),
        w: drawn(random, type, right),
        ws: real([], 0.011),
        wz: integers(type, [], [type === 'uint8' ? 117 : 2]),
      },
      shape,
    };
    const { reference, engine, theirs } = await runBoth(network, random);
    expect(new Set(theirs.data).size).toBeGreaterThan(10);
    expect(reference.data).toEqual(theirs.data);
    expect(engine.data).toEqual(theirs.data);
  });
});

/** The largest difference, over the largest number. */
const relativeTo = (actual: Tensor<'float32'>, expected: Tensor<'float32'>): number => {
  const largest = expected.data.reduce((most: number, value) => Math.max(most, Math.abs(value)), 0);
  return (
    expected.data.reduce(
      (most: number, value, i) => Math.max(most, Math.abs(value - (actual.data[i] as number))),
      0,
    ) / largest
  );
};

describe('what onnxruntime’s dynamic quantization writes', () => {
  const scaled = [
    node('Cast', 'sums', 'floats', { to: 1 }),
    node('Mul', 'scale ws', 'both'),
    node('Mul', 'floats both', 'products'),
    node('Add', 'products b', 'y'),
  ];

  test('ConvInteger', async () => {
    const random = createRandom(3);
    const network: Network = {
      nodes: [
        node('DynamicQuantizeLinear', 'x', 'q scale zero'),
        node('ConvInteger', 'q w zero wz', 'sums', { pads: [1, 1, 1, 1] }),
        ...scaled,
      ],
      initializers: {
        w: drawn(random, 'uint8', [6, 4, 3, 3]),
        ws: real([], 0.01),
        wz: integers('uint8', [], [120]),
        b: real([1, 6, 1, 1], ...Array.from({ length: 6 }, () => random.next())),
      },
      shape: [1, 4, 7, 6],
    };
    const { imported, reference, engine, theirs } = await runBoth(network, random);
    expect(imported.network.graph.nodes.map(({ op }) => op)).toContain('conv-integer');
    expect(relativeTo(reference, theirs)).toBeLessThan(1e-6);
    expect(relativeTo(engine, theirs)).toBeLessThan(1e-6);
  });

  test('MatMulInteger with a scale for each column', async () => {
    const random = createRandom(4);
    const network: Network = {
      nodes: [
        node('DynamicQuantizeLinear', 'x', 'q scale zero'),
        node('MatMulInteger', 'q w zero wz', 'sums'),
        ...scaled,
      ],
      initializers: {
        w: drawn(random, 'int8', [20, 5]),
        ws: real([5], 0.01, 0.02, 0.03, 0.04, 0.05),
        wz: integers('int8', [5], [0, 1, -3, 0, 9]),
        b: real([5], 1, 2, 3, 4, 5),
      },
      shape: [2, 3, 20],
    };
    const { imported, reference, engine, theirs } = await runBoth(network, random);
    expect(imported.network.graph.nodes.map(({ op }) => op)).toContain('matmul-integer');
    expect(relativeTo(reference, theirs)).toBeLessThan(1e-6);
    expect(relativeTo(engine, theirs)).toBeLessThan(1e-6);
  });
});

test('a network of integers from end to end gives onnxruntime’s numbers', async () => {
  const random = createRandom(8);
  const network: Network = {
    nodes: [
      quantizeX,
      node('QLinearConv', 'q xs xz w ws wz hs hz', 'h', { strides: [2, 2], pads: [1, 1, 1, 1] }),
      node('MaxPool', 'h', 'p', { kernel_shape: [2, 2] }),
      // Counted C, H, W by the file: the elements have to be moved for the product.
      node('Flatten', 'p', 'f'),
      node('QLinearMatMul', 'f hs hz v ws vz ys yz', 'r'),
      dequantizeY,
    ],
    initializers: {
      ...ends('uint8', 'uint8', 0.2),
      w: drawn(random, 'int8', [6, 3, 3, 3]),
      ws: real([], 0.008),
      wz: integers('int8', [], [0]),
      hs: real([], 0.03),
      hz: integers('uint8', [], [100]),
      v: drawn(random, 'uint8', [6 * 3 * 3, 4]),
      vz: integers('uint8', [], [125]),
    },
    shape: [2, 3, 8, 8],
  };
  const { imported, reference, engine, theirs } = await runBoth(network, random);
  expect(imported.network.graph.nodes.map(({ op }) => op)).toContain('transpose');
  expect(reference.data).toEqual(theirs.data);
  expect(engine.data).toEqual(theirs.data);
});
