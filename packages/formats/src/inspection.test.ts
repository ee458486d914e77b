import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createTensor, float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile } from '../test/onnx-file.js';
import { inspectOnnx, inspectTflite, readOnnx, readTflite } from '../test/read-now.js';
import { tfliteFile } from '../test/tflite-file.js';
import { inspectNetwork } from './index.js';
import { countOps, countParameters } from './inspection.js';
import { inspectSafetensors, writeSafetensors } from './safetensors.js';
import { writeOnnx } from './write-onnx.js';

describe('counting', () => {
  test('ops come by frequency, and the first node of each is named', () => {
    const nodes = ['b', 'a', 'b'].map((op, i) => ({ op, name: `n${i}` }));
    expect(countOps(nodes, (op) => op === 'a')).toEqual({
      ops: [
        { op: 'b', count: 2, isSupported: false },
        { op: 'a', count: 1, isSupported: true },
      ],
      unsupported: [{ what: 'b', count: 2, first: 'n0', why: 'no reader for this op' }],
    });
  });

  test('shapes that no tensor has are listed, and not added up', () => {
    const { parameters, unsupported } = countParameters([
      { name: 'good', type: 'float32', shape: [2, 3], bytes: 24 },
      { name: 'huge', type: 'float32', shape: [2 ** 31, 2 ** 31], bytes: 4 },
      { name: 'negative', type: 'float32', shape: [-1, -6], bytes: 0 },
    ]);
    expect(parameters).toEqual([{ type: 'float32', tensors: 3, elements: 6, bytes: 28 }]);
    expect(unsupported).toMatchObject([{ count: 2, first: 'huge' }]);
  });
});

test('an ONNX file with an op that no graph has is inspected, and refused by the reader with node and op', async () => {
  const bytes = onnxFile({
    nodes: [
      { op: 'Relu', inputs: ['x'], outputs: ['r'] },
      { op: 'GridSample', inputs: ['r'], outputs: ['y'] },
    ],
    inputs: { x: ['batch', 3] },
    outputs: ['y'],
  });
  const inspection = await inspectNetwork(bytes);
  expect(inspection).toEqual(inspectOnnx(bytes));
  expect(inspection).toMatchObject({
    format: 'onnx',
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3] }],
    outputs: [{ name: 'y' }],
    unsupported: [{ what: 'GridSample', count: 1, first: 'y', why: 'no reader for this op' }],
  });
  expect(inspection.ops).toContainEqual({ op: 'Relu', count: 1, isSupported: true });
  expect(() => readOnnx(bytes)).toThrow(/GridSample \(1×, first: ONNX node GridSample "y"\)/);
});

test('a network that was written is inspected as what it is', () => {
  const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
  const weights = initializeWeights(graph, 1);
  const { ops, parameters, inputs } = inspectOnnx(writeOnnx({ graph, weights }));
  const convolutions = graph.nodes.filter(({ op }) => op.endsWith('conv2d')).length;
  expect(ops[0]).toMatchObject({ op: expect.stringMatching(/^(Conv|BatchNormalization|Clip)$/) });
  expect(ops.find(({ op }) => op === 'Conv')?.count).toBe(convolutions);
  expect(inputs).toEqual([{ name: 'image', type: 'float32', shape: [1, 3, 32, 32] }]);
  const numbers = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const float32 = parameters.find(({ type }) => type === 'float32');
  expect(float32?.elements).toBeGreaterThanOrEqual(numbers);
});

test('a TFLite file tells quantization, constants and custom ops', () => {
  const bytes = tfliteFile({
    tensors: [
      { name: 'in', shape: [1, 4], type: 'uint8', scale: [0.5], zeroPoint: [3] },
      { name: 'k', shape: [4], type: 'int8', data: Int8Array.of(1, 2, 3, 4) },
      { name: 'out', shape: [1, 4], type: 'uint8', scale: [0.5], zeroPoint: [3] },
    ],
    operators: [{ code: 32, customCode: 'Magic', inputs: [0, 1], outputs: [2] }],
    inputs: [0],
    outputs: [2],
  });
  expect(inspectTflite(bytes)).toEqual({
    format: 'tflite',
    details: [['schema version', '3']],
    inputs: [{ name: 'in', type: 'uint8', shape: [1, 4], quantization: { scale: [0.5], zeroPoint: [3] } }],
    outputs: [{ name: 'out', type: 'uint8', shape: [1, 4], quantization: { scale: [0.5], zeroPoint: [3] } }],
    ops: [{ op: 'CUSTOM "Magic"', count: 1, isSupported: false }],
    parameters: [{ type: 'int8', tensors: 1, elements: 4, bytes: 4 }],
    unsupported: [{ what: 'CUSTOM "Magic"', count: 1, first: 'out', why: 'no reader for this op' }],
  });
  expect(() => readTflite(bytes)).toThrow(/CUSTOM "Magic" \(1×, first: TFLite operator 0/);
});

test('safetensors tell their weights by type', () => {
  const bytes = writeSafetensors(
    new Map<string, Tensor>([
      ['a', float32Tensor([2, 2], [1, 2, 3, 4])],
      ['b', createTensor('float16', [3], Uint16Array.of(1, 2, 3))],
    ]),
    new Map([['format', 'pt']]),
  );
  expect(inspectSafetensors(bytes)).toEqual({
    format: 'safetensors',
    details: [['format', 'pt']],
    inputs: [],
    outputs: [],
    ops: [],
    parameters: [
      { type: 'float32', tensors: 1, elements: 4, bytes: 16 },
      { type: 'float16', tensors: 1, elements: 3, bytes: 6 },
    ],
    unsupported: [],
  });
});
