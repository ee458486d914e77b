/** @file Operators of onnxruntime's own, which its optimizer and quantizer write, beside onnxruntime: on the reference and on the fastest engine. */

import { createRandom, createTensor, elementCount, type Shape, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import {
  testNode as node,
  onnxFile,
  type TestNode,
  type TestTensor,
} from '../../../packages/formats/test/onnx-file.ts';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { runFastest, runOnnxruntime } from './onnxruntime.ts';

const own = (...args: Parameters<typeof node>): TestNode => ({ ...node(...args), domain: 'com.microsoft' });
const random = createRandom(11);
const real = (dims: Shape, ...floats: number[]): TestTensor => ({ dims, floats });
const drawn = (...dims: number[]): TestTensor =>
  real(dims, ...Array.from({ length: elementCount(dims) }, () => random.next() - 0.5));
const byte = (number: number): TestTensor => ({ dims: [], raw: [2, Uint8Array.of(number)] });
const shape = [1, 4, 6, 6];

async function both(file: Uint8Array, inputs: readonly string[]) {
  const data = () => Float32Array.from({ length: elementCount(shape) }, () => 4 * random.next() - 2);
  const given = new Map(inputs.map((name) => [name, createTensor('float32', shape, data())] as const));
  const theirs = (await runOnnxruntime(file, given)).get('y') as Tensor<'float32'>;
  const engine = (await runFastest(readOnnx(file), given)).get('y') as Tensor<'float32'>;
  return { theirs, engine };
}

describe('fused operators', () => {
  const parameters = { w: drawn(4, 4, 3, 3), b: drawn(4) };
  const params = (...floats: number[]) => ({ activation_params: { floats } });
  test.each([
    ['FusedConv with Relu', own('FusedConv', 'x w b', 'y', { activation: 'Relu' })],
    ['FusedConv with Clip', own('FusedConv', 'x w b', 'y', { activation: 'Clip', ...params(-0.1, 0.4) })],
    ['FusedConv with LeakyRelu', own('FusedConv', 'x w', 'y', { activation: 'LeakyRelu', ...params(0.2) })],
    [
      'FusedConv with a sum and HardSigmoid',
      own('FusedConv', 'x w b z', 'y', {
        activation: 'HardSigmoid',
        ...params(0.2, 0.4),
        pads: [1, 1, 1, 1],
      }),
    ],
    ['Gelu', own('Gelu', 'x', 'y')],
  ])('%s', async (_, fused) => {
    const used = Object.entries(parameters).filter(([name]) => fused.inputs?.includes(name));
    const names = ['x', 'z'].filter((name) => fused.inputs?.includes(name));
    const file = onnxFile({
      opset: 13,
      nodes: [fused],
      initializers: Object.fromEntries(used),
      inputs: Object.fromEntries(names.map((name) => [name, shape])),
      outputs: ['y'],
    });
    const { theirs, engine } = await both(file, names);
    expect(engine.shape).toEqual(theirs.shape);
    theirs.data.forEach((value, i) => {
      expect(engine.data[i]).toBeCloseTo(value, 5);
    });
  });
});

describe('operators on quantized numbers', () => {
  const step = 0.02;
  const initializers = {
    xs: real([], 4 / 255),
    xz: byte(125),
    zs: real([], 0.011),
    zz: byte(140),
    ys: real([], step),
    yz: byte(120),
    axes: { dims: [1], ints: [2] },
  };
  const leaky = { alpha: { float: 0.1 } };
  test.each([
    ['QLinearAdd', own('QLinearAdd', 'q xs xz r zs zz ys yz', 's')],
    ['QLinearMul', own('QLinearMul', 'q xs xz r zs zz ys yz', 's')],
    ['QLinearSigmoid', own('QLinearSigmoid', 'q xs xz ys yz', 's')],
    ['QLinearLeakyRelu', own('QLinearLeakyRelu', 'q xs xz ys yz', 's', leaky)],
    ['QLinearConcat', own('QLinearConcat', 'ys yz q xs xz r zs zz', 's', { axis: 1 })],
    ['QLinearGlobalAveragePool', own('QLinearGlobalAveragePool', 'q xs xz ys yz', 's')],
    [
      'QLinearAveragePool',
      own('QLinearAveragePool', 'q xs xz ys yz', 's', { kernel_shape: [2, 2], strides: [2, 2] }),
    ],
    ['QLinearSoftmax', own('QLinearSoftmax', 'q xs xz ys yz', 's', { axis: 1, opset: 13 })],
  ])('%s is within one step', async (_, quantized) => {
    const nodes = [
      node('QuantizeLinear', 'x xs xz', 'q'),
      ...(quantized.inputs?.includes('r') ? [node('QuantizeLinear', 'z zs zz', 'r')] : []),
      quantized,
      node('DequantizeLinear', 's ys yz', 'y'),
    ];
    const names = quantized.inputs?.includes('r') ? ['x', 'z'] : ['x'];
    const used = new Set(nodes.flatMap(({ inputs = [] }) => inputs));
    const file = onnxFile({
      opset: 13,
      nodes,
      initializers: Object.fromEntries(Object.entries(initializers).filter(([name]) => used.has(name))),
      inputs: Object.fromEntries(names.map((name) => [name, shape])),
      outputs: ['y'],
    });
    const { theirs, engine } = await both(file, names);
    expect(engine.shape).toEqual(theirs.shape);
    const steps = engine.data.map((value, i) =>
      Math.abs(Math.round((value - (theirs.data[i] as number)) / step)),
    );
    expect(Math.max(...steps)).toBeLessThanOrEqual(1);
    // Halves that fall to the other side are rare.
    expect(steps.filter((off) => off > 0).length).toBeLessThanOrEqual(steps.length / 20);
    // Even where the next node dequantizes them, results are multiples of a step.
    for (const value of engine.data)
      expect(Math.abs(value / step - Math.round(value / step))).toBeLessThan(1e-4);
  });
});
