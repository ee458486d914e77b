import { describe, expect, test } from 'vitest';
import { testNode as node, type TestNode, type TestOnnx } from '../test/onnx-file.js';
import { onnxOps, runOnnx } from '../test/run-onnx.js';

const scalar = (value: number) => ({ dims: [], floats: [value] });
const initializers = { three: scalar(3), six: scalar(6), zero: scalar(0), sixth: scalar(1 / 6) };
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

  test('clip(0.2 · x + 0.5, 0, 1) is a hard-sigmoid, as in Keras', () => {
    const spelled = model(
      node('Mul', ['slope', 'x'], 'm'),
      node('Add', ['m', 'half'], 'a'),
      node('Clip', ['a', 'zero', 'one'], 'y'),
    );
    const constants = { ...initializers, slope: scalar(0.2), half: scalar(0.5), one: scalar(1) };
    expect(onnxOps({ ...spelled, initializers: constants })).toEqual(['hard-sigmoid']);
    const { data } = runOnnx({ ...spelled, initializers: constants }, input);
    [0, 0.3, 0.7, 1].forEach((expected, i) => {
      expect(data[i]).toBeCloseTo(expected, 6);
    });
  });

  test('x · sigmoid(x) is a swish', () => {
    expect(onnxOps(model(node('Sigmoid', ['x'], 's'), node('Mul', ['s', 'x'], 'y')))).toEqual(['swish']);
  });

  test('so is x · sigmoid(1 · x), and x · sigmoid(2 · x) is none', () => {
    const scaled = (factor: number): TestOnnx => ({
      ...model(node('Mul', ['x', 'factor'], 'm'), node('Sigmoid', ['m'], 's'), node('Mul', ['x', 's'], 'y')),
      initializers: { factor: scalar(factor) },
    });
    expect(onnxOps(scaled(1))).toEqual(['swish']);
    expect(onnxOps(scaled(2))).toEqual(['mul', 'sigmoid', 'mul']);
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

describe('a bias that is added behind a layer', () => {
  const weight = { dims: [4, 2], floats: [1, 2, 3, 4, 5, 6, 7, 8] };
  const dense = (bias: { dims: number[]; floats: number[] }, ...more: TestNode[]): TestOnnx => ({
    ...model(node('MatMul', ['x', 'w'], 'm'), node('Add', ['b', 'm'], 'y'), ...more),
    initializers: { w: weight, b: bias },
  });

  test('becomes the layer’s', () => {
    const merged = dense({ dims: [2], floats: [10, 20] });
    expect(onnxOps(merged)).toEqual(['dense']);
    expect([...runOnnx(merged, { x: [1, 0, 0, 1] }).data]).toEqual([18, 30]);
  });

  test('stays where it is something else, or the layer has another reader', () => {
    expect(onnxOps(dense({ dims: [1], floats: [10] }))).toEqual(['dense', 'add']);
    const read = dense({ dims: [2], floats: [10, 20] }, node('Mul', ['y', 'm'], 'z'));
    expect(onnxOps(read)).toEqual(['dense', 'add', 'mul']);
  });
});

describe('a scale and an offset', () => {
  const numbers = {
    two: { dims: [], floats: [2] },
    each: { dims: [4], floats: [1, 2, 3, 4] },
    rows: { dims: [2, 1], floats: [1, 2] },
  };
  const affine = (scale: string, offset: string, ...more: TestNode[]): TestOnnx => ({
    ...model(node('Mul', ['x', scale], 'm'), node('Add', [offset, 'm'], 'y'), ...more),
    initializers: numbers,
  });

  test.each([
    ['two', 'two', [4, 6, 8, 10]],
    ['two', 'each', [3, 6, 9, 12]],
    ['each', 'two', [3, 6, 11, 18]],
  ])('%s and %s are a batch-norm', (scale, offset, expected) => {
    expect(onnxOps(affine(scale, offset))).toEqual(['batch-norm']);
    expect([...runOnnx(affine(scale, offset), { x: [1, 2, 3, 4] }).data]).toEqual(expected);
  });

  test('stay where the product has another reader, or the numbers are not per channel', () => {
    expect(onnxOps(affine('two', 'each', node('Add', ['y', 'm'], 'z')))).toEqual(['mul', 'add', 'add']);
    expect(onnxOps(affine('two', 'rows'))).toEqual(['mul', 'add']);
    expect(onnxOps(affine('rows', 'two'))).toEqual(['mul', 'add']);
  });
});

describe('GELU before operator set 20', () => {
  const constants = {
    root: scalar(Math.SQRT2),
    inverse: scalar(Math.SQRT1_2),
    one: scalar(1),
    half: scalar(0.5),
  };
  const erf = [node('Erf', ['d'], 'e'), node('Add', ['e', 'one'], 'a')];
  const gelu = (...nodes: TestNode[]): TestOnnx => ({ ...model(...nodes), initializers: constants });
  const exact = [-0.00012668, -0.15865525, 0.84134475, 4.99999857];

  test.each<[string, TestOnnx]>([
    [
      'x · (1 + erf(x / √2)) · ½',
      gelu(
        node('Div', ['x', 'root'], 'd'),
        ...erf,
        node('Mul', ['x', 'a'], 'm'),
        node('Mul', ['m', 'half'], 'y'),
      ),
    ],
    [
      '½ · x · (1 + erf(x · √½))',
      gelu(
        node('Mul', ['inverse', 'x'], 'd'),
        ...erf,
        node('Mul', ['half', 'x'], 'h'),
        node('Mul', ['h', 'a'], 'y'),
      ),
    ],
    [
      'x · (½ · (1 + erf(x / √2)))',
      gelu(
        node('Div', ['x', 'root'], 'd'),
        ...erf,
        node('Mul', ['a', 'half'], 'm'),
        node('Mul', ['m', 'x'], 'y'),
      ),
    ],
  ])('%s', (_, network) => {
    expect(onnxOps(network)).toEqual(['gelu']);
    runOnnx(network, input).data.forEach((value, i) => {
      expect(value).toBeCloseTo(exact[i] as number, 6);
    });
  });

  test('an erf of something else stays one', () => {
    const other = gelu(
      node('Div', ['x', 'half'], 'd'),
      ...erf,
      node('Mul', ['x', 'a'], 'm'),
      node('Mul', ['m', 'half'], 'y'),
    );
    expect(onnxOps(other)).toContain('erf');
  });
});
