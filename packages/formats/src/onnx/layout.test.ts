import { describe, expect, test } from 'vitest';
import { testNode as node, onnxFile, type TestOnnx } from '../../test/onnx-file.js';
import { readOnnx } from '../../test/read-now.js';
import { onnxOps, runOnnx } from '../../test/run-onnx.js';
import { counting } from '../../test/run-tflite.js';
import {
  channelsLast,
  isInOrder,
  naturalOrder,
  orderOf,
  permuteDimensions,
  regroup,
  shapeOf,
  valueInOrder,
} from './layout.js';

describe('the two views of a value', () => {
  const image = valueInOrder('image', [2, 3, 4, 5], channelsLast(4));

  test('know their shape and order', () => {
    expect(shapeOf(image)).toEqual([2, 3, 4, 5]);
    expect(image.extents).toEqual([2, 4, 5, 3]);
    expect(orderOf(image)).toEqual([0, 2, 3, 1]);
    expect(isInOrder(image, naturalOrder(4))).toBe(false);
  });

  test('are natural again after a transpose that undoes the order', () => {
    const moved = permuteDimensions(image, [0, 2, 3, 1]);
    expect(shapeOf(moved)).toEqual([2, 4, 5, 3]);
    expect(isInOrder(moved, naturalOrder(4))).toBe(true);
  });

  test('let dimensions be joined and split where the elements lie', () => {
    const flat = regroup(image, [2, 60]);
    expect(flat?.dimensions).toEqual([[0], [2, 1]]);
    expect(flat?.extents).toEqual([2, 20, 3]);
    const groups = regroup(image, [2, 3, 2, 2, 5]);
    expect(groups && shapeOf(groups)).toEqual([2, 3, 2, 2, 5]);
    expect(regroup(image, [2, 5, 4, 3])).toBeUndefined();
    const back = flat && regroup(flat, [2, 3, 4, 5]);
    expect(back && orderOf(back)).toEqual([0, 2, 3, 1]);
  });

  test('let a dimension of 1 stand anywhere', () => {
    const pooled = valueInOrder('pooled', [1, 8, 1, 1], channelsLast(4));
    expect(isInOrder(pooled, naturalOrder(4))).toBe(true);
    expect(regroup(pooled, [8])?.dimensions).toEqual([[0]]);
  });
});

/** Two channels of 1×2 pixels, counted C, H, W by the file: 1 2 | 3 4. */
const image = { x: [1, 2, 1, 2] };
const pixels = { x: [1, 2, 3, 4] };

describe('layouts in a model', () => {
  test('a flattened image meets the rows of a weight in the file’s order', () => {
    const model: TestOnnx = {
      nodes: [
        node('GlobalAveragePool', 'x', 'unused'),
        node('Flatten', 'x', 'f'),
        { op: 'Gemm', inputs: ['f', 'w'], outputs: ['y'] },
        { op: 'Add', inputs: ['unused', 'unused'], outputs: ['z'] },
      ],
      initializers: { w: { dims: [4, 1], floats: [1, 10, 100, 1000] } },
      inputs: image,
      outputs: ['y', 'z'],
    };
    expect([...runOnnx(model, pixels).data]).toEqual([4321]);
  });

  test('inputs and outputs say which dimension is which', () => {
    const model: TestOnnx = {
      nodes: [node('MaxPool', 'x', 'y', { kernel_shape: [1, 1] })],
      inputs: image,
      outputs: ['y'],
    };
    const { inputs, outputs } = readOnnx(onnxFile(model));
    expect(inputs).toEqual([{ name: 'x', shape: [1, 1, 2, 2], fileAxes: [0, 2, 3, 1] }]);
    expect(outputs).toEqual([{ name: 'y', shape: [1, 1, 2, 2], fileAxes: [0, 2, 3, 1] }]);
    expect([...runOnnx(model, pixels).data]).toEqual([1, 2, 3, 4]);
  });

  test('an input that is transposed first is taken as it comes', () => {
    const model: TestOnnx = {
      nodes: [
        node('Transpose', 'x', 't', { perm: [0, 3, 1, 2] }),
        node('MaxPool', 't', 'm', { kernel_shape: [1, 1] }),
        node('Transpose', 'm', 'y', { perm: [0, 2, 3, 1] }),
      ],
      inputs: { x: [1, 1, 2, 2] },
      outputs: ['y'],
    };
    expect(onnxOps(model)).toEqual(['max-pool2d', 'reshape']);
    expect([...runOnnx(model, pixels).data]).toEqual([1, 2, 3, 4]);
    expect(readOnnx(onnxFile(model)).inputs[0]).toEqual({ name: 'x', shape: [1, 1, 2, 2] });
  });

  test('squeeze-and-excite: a gate per channel, through Gemm and Reshape', () => {
    const model: TestOnnx = {
      nodes: [
        node('GlobalAveragePool', 'x', 'p'),
        node('Flatten', 'p', 'f'),
        { op: 'Gemm', inputs: ['f', 'w'], outputs: ['g'] },
        node('HardSigmoid', 'g', 'h'),
        { op: 'Reshape', inputs: ['h', 's'], outputs: ['r'] },
        { op: 'Mul', inputs: ['x', 'r'], outputs: ['y'] },
      ],
      initializers: { w: { dims: [2, 2], floats: [0, 0, 0, 1] }, s: { dims: [4], ints: [0, -1, 1, 1] } },
      inputs: image,
      outputs: ['y'],
    };
    const result = [...runOnnx(model, pixels).data];
    expect(result.slice(0, 2)).toEqual([0.5, 1]);
    expect(result[2]).toBeCloseTo(3, 5);
  });

  test('what has to move is moved by one transpose', () => {
    const shuffle: TestOnnx = {
      nodes: [
        { op: 'Reshape', inputs: ['x', 's'], outputs: ['a'] },
        node('Transpose', 'a', 'b', { perm: [0, 2, 1, 3, 4] }),
        { op: 'Reshape', inputs: ['b', 'back'], outputs: ['c'] },
        { op: 'Conv', inputs: ['c', 'w'], outputs: ['y'] },
      ],
      initializers: {
        s: { dims: [5], ints: [1, 2, 2, 1, 2] },
        back: { dims: [4], ints: [1, 4, 1, 2] },
        w: { dims: [1, 4, 1, 1], floats: [1, 10, 100, 1000] },
      },
      inputs: { x: [1, 4, 1, 2] },
      outputs: ['y'],
    };
    // Channels 0 1 | 2 3 become 0 2 1 3.
    expect([...runOnnx(shuffle, { x: [1, 0, 2, 0, 3, 0, 4, 0] }).data]).toEqual([4231, 0]);
    expect(onnxOps(shuffle).filter((op) => op === 'transpose')).toHaveLength(1);
  });

  test('values that lie differently meet in the order of the first', () => {
    const model: TestOnnx = {
      nodes: [
        node('MaxPool', 'x', 'm', { kernel_shape: [1, 1] }),
        { op: 'Reshape', inputs: ['v', 's'], outputs: ['r'] },
        { op: 'Add', inputs: ['m', 'r'], outputs: ['y'] },
      ],
      initializers: { s: { dims: [4], ints: [1, 2, 1, 2] } },
      inputs: { ...image, v: [1, 4] },
      outputs: ['y'],
    };
    expect([...runOnnx(model, { ...pixels, v: [10, 20, 30, 40] }).data]).toEqual([11, 22, 33, 44]);
  });

  test('constants of any shape are laid as the value is', () => {
    const numbers = counting(4);
    const model: TestOnnx = {
      nodes: [
        node('MaxPool', 'x', 'm', { kernel_shape: [1, 1] }),
        { op: 'Mul', inputs: ['m', 'c'], outputs: ['y'] },
      ],
      initializers: { c: { dims: [2, 1, 2], floats: numbers } },
      inputs: image,
      outputs: ['y'],
    };
    expect([...runOnnx(model, pixels).data]).toEqual([1, -4, 9, -16]);
  });
});
