/** @file Damaged files that choose boxes, or run subgraphs: whatever their bytes are, reading ends in a network or a FormatError. */

import { describe, expect, test } from 'vitest';
import { fuzz, fuzzRuns } from '../test/fuzz.js';
import { fuzzBytes, jsonMutants, networkCase } from '../test/mutate.js';
import { testNode as node, onnxFile } from '../test/onnx-file.js';
import { inspectOnnx, inspectTfjs, inspectTflite, readOnnx, readTfjs, readTflite } from '../test/read-now.js';
import { type TestSubgraph, type TestTensor, tfliteFile } from '../test/tflite-file.js';

const times = Math.ceil(fuzzRuns / 5);

const choice = onnxFile({
  opset: 13,
  nodes: [
    node('NonMaxSuppression', 'b s most overlap', 'rows'),
    node('Gather', 'rows two', 'i', { axis: 1 }),
    node('Squeeze', 'b zero', 'all'),
    node('Gather', 'all i', 'y', { axis: 0 }),
  ],
  initializers: {
    most: { dims: [1], ints: [3] },
    overlap: { dims: [1], floats: [0.5] },
    two: { dims: [], ints: [2] },
    zero: { dims: [1], ints: [0] },
  },
  inputs: { b: [1, 6, 4], s: [1, 2, 6] },
  outputs: ['y'],
});

const own = (...args: Parameters<typeof node>) => ({ ...node(...args), domain: 'com.microsoft' });
const ownOperators = onnxFile({
  opset: 13,
  nodes: [
    own('FusedConv', 'x w', 'c', { activation: 'Clip', activation_params: { floats: [0, 1] } }),
    node('QuantizeLinear', 'c scale zero', 'q'),
    own('QLinearConcat', 'scale zero q scale zero q scale zero', 'joined', { axis: 1 }),
    own('QLinearSigmoid', 'joined scale zero scale zero', 's'),
    node('DequantizeLinear', 's scale zero', 'y'),
  ],
  initializers: {
    w: { dims: [2, 2, 1, 1], floats: [1, 2, 3, 4] },
    scale: { dims: [], floats: [0.1] },
    zero: { dims: [], raw: [2, Uint8Array.of(7)] },
  },
  inputs: { x: [1, 2, 3, 3] },
  outputs: ['y'],
});

const scalar = (data: Int32Array | Uint8Array, type: 'int32' | 'bool'): TestTensor => ({
  shape: [],
  type,
  data,
});
const step: TestSubgraph = {
  tensors: [
    { shape: [], type: 'int32' },
    { shape: [2, 3] },
    scalar(Int32Array.of(1), 'int32'),
    { shape: [], type: 'int32' },
    { shape: [2, 3] },
  ],
  operators: [
    { code: 0, inputs: [0, 2], outputs: [3], options: [11] },
    { code: 0, inputs: [1, 1], outputs: [4], options: [11] },
  ],
  inputs: [0, 1],
  outputs: [3, 4],
};
const below: TestSubgraph = {
  tensors: [
    { shape: [], type: 'int32' },
    { shape: [2, 3] },
    scalar(Int32Array.of(3), 'int32'),
    { shape: [], type: 'bool' },
  ],
  operators: [{ code: 58, inputs: [0, 2], outputs: [3], options: [41] }],
  inputs: [0, 1],
  outputs: [3],
};
const loop = tfliteFile({
  tensors: [
    { shape: [2, 3] },
    scalar(Int32Array.of(0), 'int32'),
    { shape: [], type: 'int32' },
    { shape: [2, 3] },
  ],
  operators: [
    {
      code: 119,
      inputs: [1, 0],
      outputs: [2, 3],
      options: [93, { slot: 0, int32: 1 }, { slot: 1, int32: 2 }],
    },
  ],
  inputs: [0],
  outputs: [3],
  subgraphs: [below, step],
});

const dims = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });
const weights = [
  { name: 'count', shape: [], dtype: 'int32' },
  { name: 'zero', shape: [], dtype: 'int32' },
  { name: 'overlap', shape: [], dtype: 'float32' },
];
const shard = new Uint8Array(12);
new DataView(shard.buffer).setInt32(0, 3, true);
new DataView(shard.buffer).setFloat32(8, 0.5, true);
const detector = {
  format: 'graph-model',
  modelTopology: {
    node: [
      { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: dims(6, 4) } },
      ...weights.map(({ name }) => ({ name, op: 'Const' })),
      { name: 'f', op: 'Max', input: ['x', 'axis'] },
      { name: 'axis', op: 'Const' },
      { name: 'nms', op: 'NonMaxSuppressionV4', input: ['x', 'f', 'count', 'overlap', 'overlap'] },
      { name: 'rows', op: 'GatherV2', input: ['x', 'nms', 'zero'] },
      { name: 'shape', op: 'Shape', input: ['rows'] },
      { name: 'y', op: 'Reshape', input: ['rows', 'shape'] },
    ],
  },
  weightsManifest: [{ paths: ['w'], weights: [...weights, { name: 'axis', shape: [], dtype: 'int32' }] }],
};
const shards = new Map([['w', Uint8Array.of(...shard, 1, 0, 0, 0)]]);

describe('mutants end in a network or a FormatError', () => {
  test('of an ONNX file that chooses boxes', () => {
    expect(readOnnx(choice).outputs[0]?.count).toBeDefined();
    fuzzBytes(choice, times, (bytes) => readOnnx(bytes).network, inspectOnnx);
  });

  test("of an ONNX file with onnxruntime's own operators", () => {
    expect(readOnnx(ownOperators).outputs[0]?.shape).toEqual([1, 3, 3, 4]);
    fuzzBytes(ownOperators, times, (bytes) => readOnnx(bytes).network, inspectOnnx);
  });

  test('of a TFLite file with a loop', () => {
    expect(readTflite(loop).network.graph.nodes.length).toBeGreaterThan(2);
    fuzzBytes(loop, times, (bytes) => readTflite(bytes).network, inspectTflite);
  });

  test('of a TF.js model that chooses boxes', () => {
    const bytesOf = (json: object): Uint8Array => new TextEncoder().encode(JSON.stringify(json));
    const read = (json: object) => readTfjs({ model: bytesOf(json), shards });
    expect(read(detector).outputs.map(({ count }) => count)).not.toEqual([undefined]);
    const size = bytesOf(detector).length;
    const check = networkCase<object>(
      size,
      (json) => read(json).network,
      (json) => inspectTfjs(bytesOf(json)),
    );
    fuzz(jsonMutants(detector), check, times);
  });
});
