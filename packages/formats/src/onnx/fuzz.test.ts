import { afterAll, describe, expect, test } from 'vitest';
import { printFuzzTotals, fuzzRuns as runs } from '../../test/fuzz.js';
import { fuzzBytes } from '../../test/mutate.js';
import { onnxFile, type TestOnnx } from '../../test/onnx-file.js';
import { inspectOnnx, readOnnx } from '../../test/read-now.js';
import { counting } from '../../test/run-tflite.js';
import { FormatError } from '../onnx.js';

const read = (bytes: Uint8Array) => readOnnx(bytes).network;

const separable: TestOnnx = {
  nodes: [
    {
      op: 'Conv',
      inputs: ['x', 'w', 'b'],
      outputs: ['c'],
      attributes: { group: 2, pads: [1, 1, 1, 1], strides: [2, 2] },
    },
    { op: 'BatchNormalization', inputs: ['c', 'b', 'b', 'b', 'v'], outputs: ['n'] },
    { op: 'Clip', inputs: ['n', 'zero', 'six'], outputs: ['r'] },
    { op: 'AveragePool', inputs: ['r'], outputs: ['p'], attributes: { kernel_shape: [2, 2], ceil_mode: 1 } },
    { op: 'Flatten', inputs: ['p'], outputs: ['f'] },
    { op: 'Gemm', inputs: ['f', 'd'], outputs: ['g'], attributes: { transB: 1, alpha: { float: 2 } } },
    { op: 'Softmax', inputs: ['g'], outputs: ['y'] },
  ],
  initializers: {
    w: { dims: [4, 1, 3, 3], floats: counting(36) },
    b: { dims: [4], floats: [1, 2, 3, 4] },
    v: { dims: [4], floats: [1, 1, 1, 1] },
    zero: { dims: [], floats: [0] },
    six: { dims: [], floats: [6] },
    d: { dims: [2, 16], floats: counting(32) },
  },
  inputs: { x: [1, 2, 5, 5] },
  outputs: ['y'],
};

const shapes: TestOnnx = {
  nodes: [
    { op: 'Shape', inputs: ['x'], outputs: ['s'] },
    { op: 'Slice', inputs: ['s', 'from', 'to'], outputs: ['part'] },
    { op: 'Concat', inputs: ['part', 'rest'], outputs: ['wanted'], attributes: { axis: 0 } },
    { op: 'ConstantOfShape', inputs: ['wanted'], outputs: ['zeros'] },
    { op: 'Reshape', inputs: ['x', 'wanted'], outputs: ['r'] },
    { op: 'Transpose', inputs: ['zeros'], outputs: ['t'], attributes: { perm: [1, 0] } },
    { op: 'MatMul', inputs: ['r', 't'], outputs: ['y'] },
  ],
  initializers: {
    from: { dims: [1], ints: [0] },
    to: { dims: [1], ints: [1] },
    rest: { dims: [1], ints: [6] },
  },
  inputs: { x: [2, 2, 3] },
  outputs: ['y'],
};

const control: TestOnnx = {
  nodes: [
    { op: 'Shape', inputs: ['x'], outputs: ['s'] },
    { op: 'Gather', inputs: ['s', 'zero'], outputs: ['rounds'] },
    { op: 'Equal', inputs: ['rounds', 'zero'], outputs: ['c'] },
    {
      op: 'Loop',
      inputs: ['rounds', '', 'x'],
      outputs: ['last', 'seen'],
      attributes: {
        body: {
          nodes: [
            { op: 'Add', inputs: ['carried', 'x'], outputs: ['next'] },
            { op: 'Identity', inputs: ['condition'], outputs: ['goes'] },
          ],
          inputs: ['round', 'condition', 'carried'],
          outputs: ['goes', 'next', 'next'],
        },
      },
    },
    {
      op: 'If',
      inputs: ['c'],
      outputs: ['y'],
      attributes: {
        then_branch: { nodes: [], outputs: ['seen'] },
        else_branch: { nodes: [{ op: 'Neg', inputs: ['last'], outputs: ['b'] }], outputs: ['b'] },
      },
    },
  ],
  initializers: { zero: { dims: [], ints: [0] } },
  inputs: { x: [2, 3] },
  outputs: ['y'],
};

const recurrent: TestOnnx = {
  nodes: [
    {
      op: 'LSTM',
      inputs: ['x', 'w', 'r', 'b', '', 'h', 'h', 'p'],
      outputs: ['all', 'last', 'cell'],
      attributes: { hidden_size: 2, direction: 'bidirectional', clip: { float: 3 } },
    },
    { op: 'Squeeze', inputs: ['last', 'axes'], outputs: ['seconds'] },
    {
      op: 'GRU',
      inputs: ['x', 'v', 's', 'c'],
      outputs: ['y'],
      attributes: { hidden_size: 2, linear_before_reset: 1 },
    },
  ],
  initializers: {
    w: { dims: [2, 8, 3], floats: counting(48) },
    r: { dims: [2, 8, 2], floats: counting(32) },
    b: { dims: [2, 16], floats: counting(32) },
    h: { dims: [2, 1, 2], floats: counting(4) },
    p: { dims: [2, 6], floats: counting(12) },
    v: { dims: [1, 6, 3], floats: counting(18) },
    s: { dims: [1, 6, 2], floats: counting(12) },
    c: { dims: [1, 12], floats: counting(12) },
    axes: { dims: [1], ints: [1] },
  },
  inputs: { x: [3, 1, 3] },
  outputs: ['seconds', 'cell', 'y'],
};

afterAll(() => printFuzzTotals('ONNX'));

describe('mutants end in a network or a FormatError', () => {
  test('of a separable network', () => {
    fuzzBytes(onnxFile(separable), runs, read, inspectOnnx);
  });

  test('of shape arithmetic', () => {
    fuzzBytes(onnxFile(shapes), runs, read, inspectOnnx);
  });

  test('of recurrent layers', () => {
    fuzzBytes(onnxFile(recurrent), Math.ceil(runs / 5), read, inspectOnnx);
  });

  test('of branches and loops', () => {
    fuzzBytes(onnxFile(control), runs, read, inspectOnnx);
  });
});

test('cut files end in a FormatError or, cut between fields, in a smaller model', () => {
  const bytes = onnxFile(separable);
  for (let length = 0; length < bytes.length; length++) {
    try {
      readOnnx(bytes.slice(0, length));
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  }
});
