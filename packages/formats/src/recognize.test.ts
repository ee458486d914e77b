import { describe, expect, test } from 'vitest';
import type { TestNode, TestOnnx } from '../test/onnx-file.js';
import { onnxOps, runOnnx } from '../test/run-onnx.js';

const scalar = (value: number) => ({ dims: [], floats: [value] });
const initializers = { three: scalar(3), six: scalar(6), zero: scalar(0), sixth: scalar(1 / 6) };
const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: TestNode['attributes'] = {},
): TestNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const model = (...nodes: TestNode[]): TestOnnx => ({
  nodes,
  initializers,
  inputs: { x: [1, 4] },
  outputs: [nodes.at(-1)?.outputs[0] ?? ''],
});

const shifted = [node('Add', ['x', 'three'], 'a'), node('Clip', ['a', 'zero', 'six'], 'c')];
const hardSwish = [0, -1 / 3, 4 / 6, 5];
const input = { x: [-4, -1, 1, 5] };

describe('spelled-out ops', () => {
  test.each<[string, string[], TestOnnx]>([
    [
      'x · clip(x + 3) / 6',
      ['hard-swish'],
      model(...shifted, node('Mul', ['x', 'c'], 'm'), node('Div', ['m', 'six'], 'y')),
    ],
    [
      'x · (clip(x + 3) / 6)',
      ['hard-swish'],
      model(...shifted, node('Div', ['c', 'six'], 'd'), node('Mul', ['x', 'd'], 'y')),
    ],
    [
      'clip(x + 3) · 1/6 · x',
      ['hard-swish'],
      model(...shifted, node('Mul', ['sixth', 'c'], 'd'), node('Mul', ['d', 'x'], 'y')),
    ],
    [
      'x · hard-sigmoid(x)',
      ['hard-swish'],
      model(node('HardSigmoid', ['x'], 'h', { alpha: { float: 1 / 6 } }), node('Mul', ['x', 'h'], 'y')),
    ],
  ])('%s', (_, ops, network) => {
    expect(onnxOps(network)).toEqual(ops);
    runOnnx(network, input).data.forEach((value, i) => {
      expect(value).toBeCloseTo(hardSwish[i] as number, 6);
    });
  });

  test('clip(x + 3) / 6 is a hard-sigmoid', () => {
    expect(onnxOps(model(...shifted, node('Div', ['c', 'six'], 'y')))).toEqual(['hard-sigmoid']);
  });

  test('x · sigmoid(x) is a swish', () => {
    expect(onnxOps(model(node('Sigmoid', ['x'], 's'), node('Mul', ['s', 'x'], 'y')))).toEqual(['swish']);
  });

  test('stay where a step has another reader, or another number', () => {
    const read = model(
      node('Sigmoid', ['x'], 's'),
      node('Mul', ['s', 'x'], 'm'),
      node('Add', ['m', 's'], 'y'),
    );
    expect(onnxOps(read)).toEqual(['sigmoid', 'mul', 'add']);
    const other = model(...shifted, node('Mul', ['x', 'c'], 'm'), node('Div', ['m', 'three'], 'y'));
    expect(onnxOps(other)).toEqual(['add', 'relu6', 'mul', 'mul']);
    const gate = model(node('Sigmoid', ['x'], 's'), node('Relu', ['x'], 'r'), node('Mul', ['s', 'r'], 'y'));
    expect(onnxOps(gate)).toEqual(['sigmoid', 'relu', 'mul']);
  });
});
