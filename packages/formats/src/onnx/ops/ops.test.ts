import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestNode, type TestOnnx, type TestTensor } from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { onnxOps, runOnnx } from '../../../test/run-onnx.js';
import { counting } from '../../../test/run-tflite.js';

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

test('Mish, as exporters write it, is x · tanh(log(1 + eˣ))', () => {
  const mish: TestOnnx = {
    opset: 21,
    nodes: [
      { op: 'Softplus', inputs: ['x'], outputs: ['softplus'] },
      { op: 'Tanh', inputs: ['softplus'], outputs: ['tanh'] },
      { op: 'Mul', inputs: ['x', 'tanh'], outputs: ['y'] },
    ],
    inputs: { x: [5] },
    outputs: ['y'],
  };
  expect(onnxOps(mish)).toEqual(['softplus', 'tanh', 'mul']);
  // tanh(log 4) = 15/17; beyond what eˣ holds in float32, Mish is x itself, or 0.
  const [zero, logThree, ...far] = run(mish, 0, Math.log(3), 200, -200, 3e38);
  expect(zero).toBe(0);
  expect(logThree).toBeCloseTo((Math.log(3) * 15) / 17, 6);
  expect(far).toEqual([200, -0, Math.fround(3e38)]);
});

describe('operator sets', () => {
  test('Clip: bounds as attributes before 11, as inputs since', () => {
    const old = one('Clip', [3], { min: { float: 0 }, max: { float: 6 } }, {}, 6);
    const recent = one('Clip', [3], {}, { min: floats([], 0), max: floats([], 6) });
    for (const model of [old, recent]) {
      expect(run(model, -1, 3, 8)).toEqual([0, 3, 6]);
      expect(onnxOps(model)).toEqual(['relu6']);
    }
    expect(onnxOps(one('Clip', [3], { min: { float: 0 }, max: { float: 3.4028235e38 } }, {}, 6))).toEqual([
      'relu',
    ]);
  });

  test('Squeeze and Unsqueeze: axes as an attribute before 13, as an input since', () => {
    expect(runOnnx(one('Squeeze', [1, 2, 1], { axes: [0] }, {}, 11), { x: [1, 2] }).shape).toEqual([2, 1]);
    expect(runOnnx(one('Squeeze', [1, 2, 1], {}, { axes: ints(-1) }), { x: [1, 2] }).shape).toEqual([1, 2]);
    expect(runOnnx(one('Unsqueeze', [2], { axes: [0, 2] }, {}, 11), { x: [1, 2] }).shape).toEqual([1, 2, 1]);
    expect(runOnnx(one('Unsqueeze', [2], {}, { axes: ints(0, -1) }), { x: [1, 2] }).shape).toEqual([1, 2, 1]);
  });

  test('ReduceMean: axes as an attribute before 18, as an input since', () => {
    expect(run(one('ReduceMean', [1, 2, 2], { axes: [2], keepdims: 0 }, {}, 13), 1, 2, 3, 5)).toEqual([
      1.5, 4,
    ]);
    expect(run(one('ReduceMean', [1, 2, 2], {}, { axes: ints(1) }), 1, 2, 3, 5)).toEqual([2, 3.5]);
    const none = one('ReduceMean', [2], { noop_with_empty_axes: 1 });
    expect(run(none, 1, 2)).toEqual([1, 2]);
  });

  test('Softmax: everything behind the axis before 13, one dimension since', () => {
    const old = run(one('Softmax', [1, 2, 2], { axis: 1 }, {}, 11), 0, 0, 0, 0);
    expect(old).toEqual([0.25, 0.25, 0.25, 0.25]);
    const recent = run(one('Softmax', [1, 2, 2], { axis: 1 }), 0, 0, 0, 0);
    expect(recent).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test('Add: broadcasting from a named dimension on before 7', () => {
    const model = one('Add', [1, 2, 2], { broadcast: 1, axis: 1 }, { b: floats([2], 10, 20) }, 6);
    expect(run(model, 1, 2, 3, 4)).toEqual([11, 12, 23, 24]);
  });

  test('Pad: attributes before 11, inputs since, for some axes since 18', () => {
    const old = one('Pad', [2], { pads: [1, 0], value: { float: 7 } }, {}, 10);
    expect(run(old, 1, 2)).toEqual([7, 1, 2]);
    const recent = one('Pad', [1, 2], {}, { pads: ints(1, 2), value: floats([], 7), axes: ints(1) });
    expect(run(recent, 1, 2)).toEqual([7, 1, 2, 7, 7]);
  });

  test('Reshape: the shape as an attribute before 5', () => {
    expect(runOnnx(one('Reshape', [2, 2], { shape: [4] }, {}, 1), { x: [1, 2, 3, 4] }).shape).toEqual([4]);
  });
});

describe('parts', () => {
  test('Slice: attributes before 10, inputs since', () => {
    expect(run(one('Slice', [4], { starts: [1], ends: [100] }, {}, 9), 1, 2, 3, 4)).toEqual([2, 3, 4]);
    const back = one('Slice', [4], {}, { from: ints(-1), to: ints(-100), axes: ints(0), steps: ints(-2) });
    expect(run(back, 1, 2, 3, 4)).toEqual([4, 2]);
  });

  test('Split: lengths as an attribute before 13, as an input or equal since', () => {
    const split = (
      attributes: NonNullable<TestNode['attributes']>,
      opset: number,
      ...lengths: string[]
    ): TestOnnx => ({
      opset,
      nodes: [
        {
          op: 'Split',
          inputs: ['x', ...lengths],
          outputs: ['a', 'b'],
          attributes: { axis: 1, ...attributes },
        },
        { op: 'Concat', inputs: ['b', 'a'], outputs: ['y'], attributes: { axis: 1 } },
      ],
      initializers: { l: ints(1, 3) },
      inputs: { x: [1, 4] },
      outputs: ['y'],
    });
    expect(run(split({ split: [1, 3] }, 11), 1, 2, 3, 4)).toEqual([2, 3, 4, 1]);
    expect(run(split({}, 13, 'l'), 1, 2, 3, 4)).toEqual([2, 3, 4, 1]);
    expect(run(split({ num_outputs: 2 }, 18), 1, 2, 3, 4)).toEqual([3, 4, 1, 2]);
    expect(() => readOnnx(onnxFile(split({ split: [1, 2] }, 11)))).toThrow(
      'splits 4 into 2 parts of 1, 2, which do not add up',
    );
  });

  test('Gather of one index drops the dimension', () => {
    const first = one('Gather', [1, 3, 2], { axis: 1 }, { i: { dims: [], ints: [-1] } });
    expect(runOnnx(first, { x: [1, 2, 3, 4, 5, 6] })).toMatchObject({
      shape: [1, 2],
      data: Float32Array.of(5, 6),
    });
  });
});

describe('windows', () => {
  const pool = (op: string, size: number, attributes: NonNullable<TestNode['attributes']>) =>
    one(op, [1, 1, 1, size], attributes);

  test('ceil_mode keeps an incomplete last window, unless it begins in the padding', () => {
    const attributes = { kernel_shape: [1, 2], strides: [1, 2], ceil_mode: 1 };
    expect(run(pool('MaxPool', 5, attributes), 1, 2, 3, 4, 5)).toEqual([2, 4, 5]);
    expect(run(pool('AveragePool', 5, attributes), 1, 2, 3, 4, 5)).toEqual([1.5, 3.5, 5]);
    const padded = { kernel_shape: [1, 1], strides: [1, 2], pads: [0, 1, 0, 1], ceil_mode: 1 };
    expect(runOnnx(pool('MaxPool', 2, padded), { x: [1, 2] }).shape).toEqual([1, 1, 1, 2]);
  });

  test('count_include_pad counts the stated padding, but not the rest of ceil_mode’s last window', () => {
    const attributes = { kernel_shape: [1, 3], strides: [1, 2], pads: [0, 1, 0, 1], count_include_pad: 1 };
    expect(run(pool('AveragePool', 4, attributes), 3, 6, 9, 12)).toEqual([3, 9]);
    const ceil = run(pool('AveragePool', 4, { ...attributes, ceil_mode: 1 }), 3, 6, 9, 12);
    expect(ceil).toEqual([3, 9, 6]);
  });

  test('auto_pad puts an odd pixel behind or in front', () => {
    const attributes = { kernel_shape: [1, 2], count_include_pad: 1 };
    expect(run(pool('AveragePool', 2, { ...attributes, auto_pad: 'SAME_UPPER' }), 2, 4)).toEqual([3, 2]);
    expect(run(pool('AveragePool', 2, { ...attributes, auto_pad: 'SAME_LOWER' }), 2, 4)).toEqual([1, 3]);
    expect(run(pool('AveragePool', 2, { ...attributes, auto_pad: 'VALID' }), 2, 4)).toEqual([3]);
    expect(() =>
      readOnnx(onnxFile(pool('AveragePool', 2, { ...attributes, auto_pad: '__proto__' }))),
    ).toThrow('auto_pad must be one of NOTSET, SAME_UPPER, SAME_LOWER, VALID, not "__proto__"');
  });
});

describe('convolutions', () => {
  const conv = (channels: number, weight: number[], attributes: NonNullable<TestNode['attributes']> = {}) =>
    one('Conv', [1, channels, 3, 3], attributes, {
      w: floats(weight, ...counting(weight.reduce((product, dimension) => product * dimension, 1))),
    });

  test('become the op that says most about them', () => {
    expect(onnxOps(conv(2, [4, 2, 1, 1]))).toEqual(['pointwise-conv2d']);
    expect(onnxOps(conv(2, [4, 2, 1, 1], { strides: [2, 2] }))).toEqual(['conv2d']);
    expect(onnxOps(conv(4, [8, 1, 3, 3], { group: 4 }))).toEqual(['depthwise-conv2d']);
    expect(onnxOps(conv(4, [4, 2, 3, 3], { group: 2 }))).toEqual(['conv2d']);
  });

  test('keep each filter with its channel', () => {
    // Two channels of one pixel, multiplier 2: outputs c·2 + m.
    const model: TestOnnx = {
      nodes: [{ op: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes: { group: 2 } }],
      initializers: { w: floats([4, 1, 1, 1], 1, 2, 3, 4), b: floats([4], 0, 0, 0, 0.5) },
      inputs: { x: [1, 2, 1, 1] },
      outputs: ['y'],
    };
    expect([...runOnnx(model, { x: [10, 100] }).data]).toEqual([10, 20, 300, 400.5]);
  });

  test('read a signal as an image of one row', () => {
    const wide = { w: floats([1, 1, 3], 1, 10, 100) };
    const model = one('Conv', [1, 1, 4], { pads: [1, 0], strides: [2] }, wide);
    expect(runOnnx(model, { x: [1, 2, 3, 4] })).toEqual(float32Tensor([1, 1, 2], [210, 432]));
    const same = one('Conv', [2, 1, 3], { auto_pad: 'SAME_UPPER', dilations: [2] }, wide);
    expect(run(same, 1, 2, 3, 4, 5, 6)).toEqual([310, 20, 31, 640, 50, 64]);
    const pool = one('MaxPool', [1, 2, 3], { kernel_shape: [2] });
    expect(runOnnx(pool, { x: [1, 2, 3, 6, 5, 4] })).toEqual(float32Tensor([1, 2, 2], [2, 3, 6, 5]));
  });

  test('spread a signal out again', () => {
    const model = one(
      'ConvTranspose',
      [1, 1, 2],
      { strides: [2], output_padding: [1] },
      { w: floats([1, 2, 1], 1, 10) },
    );
    expect(runOnnx(model, { x: [3, 4] })).toEqual(float32Tensor([1, 2, 4], [3, 0, 4, 0, 30, 0, 40, 0]));
  });

  test('cut a transposed convolution to the size that is asked for, an odd pixel in front but for SAME_UPPER', () => {
    const w = { w: floats([1, 1, 1, 3], 1, 10, 100) };
    const sized = (auto: string) =>
      run(one('ConvTranspose', [1, 1, 1, 2], { auto_pad: auto, output_shape: [1, 3] }, w), 1, 2);
    // All four are 1, 12, 120, 200.
    expect(sized('SAME_UPPER')).toEqual([1, 12, 120]);
    expect(sized('SAME_LOWER')).toEqual([12, 120, 200]);
    expect(sized('NOTSET')).toEqual([12, 120, 200]);
    const valid = one('ConvTranspose', [1, 1, 1, 2], { auto_pad: 'VALID' }, w);
    expect(run(valid, 1, 2)).toEqual([1, 12, 120, 200]);
    const wrong = one('ConvTranspose', [1, 3, 1, 2], {}, w);
    expect(() => readOnnx(onnxFile(wrong))).toThrow('takes 1 input channels, but the input has 3');
  });

  test('refuse what is no 2-D convolution, with the numbers', () => {
    const volume = one('Conv', [1, 2, 3, 3, 3], {}, { w: floats([1, 2, 1, 1, 1], 1, 1) });
    expect(() => readOnnx(onnxFile(volume))).toThrow(
      'ONNX node Conv "y": needs an image of 4 dimensions or a signal of 3, but its input has 5; only 1-D and 2-D are supported',
    );
    const flat = one('Conv', [1, 2, 3], { pads: [1, 1, 1, 1] }, { w: floats([1, 2, 1], 1, 1) });
    expect(() => readOnnx(onnxFile(flat))).toThrow(
      'pads must be two integers of at least 0 (left, right), not 1, 1, 1, 1',
    );
    expect(() => readOnnx(onnxFile(conv(3, [4, 2, 1, 1])))).toThrow(
      'takes 2 input channels, but the input has 3',
    );
  });
});

describe('Gemm and MatMul', () => {
  const weight = floats([3, 2], 1, 2, 3, 4, 5, 6);

  test('scale, transpose and add', () => {
    const model = one(
      'Gemm',
      [1, 3],
      { alpha: { float: 2 }, beta: { float: 10 }, transB: 1 },
      {
        w: floats([2, 3], 1, 2, 3, 4, 5, 6),
        b: floats([2], 1, 2),
      },
    );
    expect(run(model, 1, 0, 1)).toEqual([18, 40]);
    expect(onnxOps(model)).toEqual(['dense']);
  });

  test('keep leading dimensions', () => {
    const model = one('MatMul', [1, 2, 3], {}, { w: weight });
    expect(runOnnx(model, { x: [1, 0, 0, 0, 0, 1] }).shape).toEqual([1, 2, 2]);
    expect(run(model, 1, 0, 0, 0, 0, 1)).toEqual([1, 2, 5, 6]);
  });

  test('refuse what does not fit', () => {
    expect(() => readOnnx(onnxFile(one('MatMul', [1, 4], {}, { w: weight })))).toThrow(
      'multiplies 1×4 by the weight 3×2: 4 columns do not fit 3 rows',
    );
  });
});

describe('arithmetic with constants', () => {
  test.each<[string, TestTensor, number[]]>([
    ['Sub', floats([], 1), [0, 1]],
    ['Div', floats([1], 2), [0.5, 1]],
    ['Max', floats([], 1.5), [1.5, 2]],
    ['Min', floats([], 1.5), [1, 1.5]],
  ])('%s', (op, constant, expected) => {
    expect(run(one(op, [2], {}, { c: constant }), 1, 2)).toEqual(expected);
  });

  test('a constant per channel of an image is one of C', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['r'] },
        { op: 'Add', inputs: ['c', 'r'], outputs: ['s'] },
        { op: 'GlobalMaxPool', inputs: ['s'], outputs: ['y'] },
      ],
      initializers: { c: floats([1, 2, 1, 1], 10, 20) },
      inputs: { x: [1, 2, 1, 2] },
      outputs: ['y'],
    };
    expect([...runOnnx(model, { x: [1, 2, 3, 4] }).data]).toEqual([12, 24]);
    const { parameters } = readOnnx(onnxFile(model)).network.graph;
    expect(parameters.map(({ shape }) => shape)).toEqual([[2]]);
  });
});

describe('quantized models with QuantizeLinear and DequantizeLinear', () => {
  const model = (outer: number): TestOnnx => ({
    nodes: [
      { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], outputs: ['q'] },
      { op: 'DequantizeLinear', inputs: ['q', 'outer', 'z'], outputs: ['r'] },
      { op: 'DequantizeLinear', inputs: ['w', 'ws'], outputs: ['weight'], attributes: { axis: 0 } },
      { op: 'Gemm', inputs: ['r', 'weight'], outputs: ['y'], attributes: { transB: 1 } },
    ],
    initializers: {
      s: floats([], 0.5),
      outer: floats([], outer),
      z: { dims: [], raw: [2, Uint8Array.of(0)] },
      w: { dims: [2, 1], raw: [3, Int8Array.of(4, -4)] },
      ws: floats([2], 1, 0.25),
    },
    inputs: { x: [1, 1] },
    outputs: ['y'],
  });

  test('clip and compute with real numbers', () => {
    expect([...runOnnx(model(0.5), { x: [3] }).data]).toEqual([12, -3]);
    expect([...runOnnx(model(0.5), { x: [1000] }).data]).toEqual([510, -127.5]);
    expect(onnxOps(model(0.5))).toEqual(['clamp', 'dense']);
  });

  test('refuse to read numbers with another scale', () => {
    expect(() => readOnnx(onnxFile(model(0.25)))).toThrow(
      'another scale or zero point than they were stored with',
    );
  });
});
