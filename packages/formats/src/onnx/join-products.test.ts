import { GraphBuilder, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { testNode as node, onnxFile, type TestNode } from '../../test/onnx-file.js';
import { readOnnx } from '../../test/read-now.js';
import { toFileLayout, toGraphLayout } from '../onnx.js';
import { writeOnnx } from '../write-onnx.js';

/** What a test changes of a quantized convolution as exporters spell it out. */
interface Changes {
  readonly product?: TestNode;
  readonly biasScale?: number;
  readonly zero?: Int8Array | Uint8Array;
  readonly also?: readonly TestNode[];
  readonly outputs?: readonly string[];
}

const bytes = (dims: readonly number[], data: Int8Array | Uint8Array) => ({
  dims: [...dims],
  raw: [data instanceof Int8Array ? 3 : 2, data] as [number, Int8Array | Uint8Array],
});
const real = (dims: readonly number[], ...floats: number[]) => ({ dims: [...dims], floats });

const convolution = node('Conv', 'xr wr br', 'r', { kernel_shape: [1, 1] });

function spelledOut({ product = convolution, biasScale, zero, also = [], outputs = ['y'] }: Changes = {}) {
  return onnxFile({
    nodes: [
      node('QuantizeLinear', 'x xs xz', 'q'),
      node('DequantizeLinear', 'q xs xz', 'xr'),
      node('DequantizeLinear', 'w ws wz', 'wr', { axis: 0 }),
      node('DequantizeLinear', 'b bs', 'br', { axis: 0 }),
      product,
      ...also,
      node('QuantizeLinear', 'r ys yz', 'y'),
    ],
    initializers: {
      xs: real([], 0.5),
      xz: bytes([], Uint8Array.of(100)),
      w: bytes([2, 3, 1, 1], Int8Array.of(1, -2, 3, -4, 5, 127)),
      ws: real([2], 0.25, 0.125),
      wz: bytes([2], Int8Array.of(0, 0)),
      b: { dims: [2], raw: [6, Int32Array.of(9, -7)] },
      bs: real([2], biasScale ?? 0.125, 0.0625),
      ys: real([], 0.75),
      yz: bytes([], zero ?? Uint8Array.of(90)),
    },
    inputs: { x: [1, 3, 2, 2] },
    outputs,
  });
}

const opsOf = (file: Uint8Array, arithmetic?: 'integer'): string[] =>
  readOnnx(file, arithmetic && { arithmetic }).network.graph.nodes.map(({ op }) => op);

const image = createTensor(
  'float32',
  [1, 2, 2, 3],
  Float32Array.from({ length: 12 }, (_, i) => 3 * i - 17),
);

const outputOf = (network: Network, input: Tensor): Tensor =>
  [...(runReference(network, input) as ReadonlyMap<string, Tensor>).values()][0] as Tensor;

describe('a product between DequantizeLinear and QuantizeLinear', () => {
  test('is one of integers by integer arithmetic, and of real numbers otherwise', () => {
    expect(opsOf(spelledOut(), 'integer')).toEqual(['quantize', 'quantized-conv2d']);
    expect(opsOf(spelledOut())).not.toContain('quantized-conv2d');
    const { network } = readOnnx(spelledOut(), { arithmetic: 'integer' });
    // Channel 0 of the first pixel: −17, −14, −11 are 66, 72, 78, and −34 − 2 · −28 + 3 · −22 … in units of 0.125.
    const sum = (66 - 100) * 1 + (72 - 100) * -2 + (78 - 100) * 3 + 9;
    expect(outputOf(network, image).data[0]).toBe(90 + Math.round((sum * 0.125) / 0.75));
  });

  test.each<readonly [string, Changes]>([
    ['whose bias counts in other units', { biasScale: 0.3 }],
    ['whose result has another type', { zero: Int8Array.of(3) }],
    ['that something else reads, too', { also: [node('Relu', 'r', 'z')], outputs: ['y', 'z'] }],
    ['that is an output itself', { outputs: ['y', 'r'] }],
  ])('is left as it is, where it is one %s', (_, changes) => {
    expect(opsOf(spelledOut(changes), 'integer')).not.toContain('quantized-conv2d');
  });

  test.each([
    ['MatMul', 'xr wr', {}],
    ['Gemm', 'xr wr', { alpha: { float: 1 } }],
  ] as const)('is one of integers: %s', (op, inputs, attributes) => {
    const file = onnxFile({
      nodes: [
        node('QuantizeLinear', 'x xs xz', 'q'),
        node('DequantizeLinear', 'q xs xz', 'xr'),
        node('DequantizeLinear', 'w ws wz', 'wr', { axis: 1 }),
        node(op, inputs, 'r', attributes),
        node('QuantizeLinear', 'r xs xz', 'y'),
      ],
      initializers: {
        xs: real([], 0.5),
        xz: bytes([], Uint8Array.of(100)),
        w: bytes([3, 2], Uint8Array.of(129, 120, 131, 124, 133, 255)),
        ws: real([2], 0.25, 0.125),
        wz: bytes([2], Uint8Array.of(128, 128)),
      },
      inputs: { x: [1, 3] },
      outputs: ['y'],
    });
    expect(opsOf(file, 'integer')).toContain('quantized-matmul');
  });
});

describe('a table of bytes', () => {
  const table = (rows: number): Network => {
    const builder = new GraphBuilder('table');
    const quantization = { scale: [0.5], zeroPoint: [3] };
    const input = builder.input('x', [1, 2, 2, 3], 'int8', quantization);
    const shape = rows === 1 ? [256] : [rows, 256];
    const name = builder.parameter('t', shape, 'constant', 'int8', quantization);
    const graph = builder.build([builder.node('lookup', [input, name], {}, 'y')]);
    const entries = Int8Array.from({ length: 256 * rows }, (_, i) => ((i * i) % 251) - 125);
    return { graph, weights: new Map([['t', createTensor('int8', shape, entries, quantization) as Tensor]]) };
  };
  test.each([1, 3])('with %i rows is read back as one', (rows) => {
    const network = table(rows);
    const { network: back } = readOnnx(writeOnnx(network), { arithmetic: 'integer' });
    const ops = back.graph.nodes.map(({ op }) => op);
    // The input is no image for the file, whose channels come second: rows of channels have to be moved.
    expect(ops).toContain('lookup');
    expect(ops).not.toContain('gather');
    const data = Int8Array.from({ length: 12 }, (_, i) => 21 * i - 128);
    const { quantization } = network.graph.inputs[0]!;
    const given = createTensor('int8', [1, 2, 2, 3], data, quantization) as Tensor;
    const { quantization: _, ...inFile } = toFileLayout(given, { fileAxes: [0, 2, 3, 1] });
    const result = outputOf(back, inFile as Tensor);
    const inGraph = isFileShape(result) ? toGraphLayout(result, { fileAxes: [0, 2, 3, 1] }) : result;
    expect(inGraph.data).toEqual(outputOf(network, given).data);
  });
});

const isFileShape = ({ shape }: Tensor): boolean => shape.join() === '1,3,2,2';
