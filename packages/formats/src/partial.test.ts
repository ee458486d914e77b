import { runReference } from '@sepconv/reference';
import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile } from '../test/onnx-file.js';
import { readOnnx, readTfjs, readTflite } from '../test/read-now.js';
import { layer, weightsOf } from '../test/tfjs-file.js';
import { tfliteFile } from '../test/tflite-file.js';
import { DamagedFileError, FormatError, type ImportedNetwork } from './index.js';
import type { TfjsParts } from './tfjs.js';

const counted = (shape: readonly number[]): Tensor<'float32'> =>
  float32Tensor(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 2),
  );

/** What the network gives for −2, −1, 0, 1, …, by the name of the output. */
function resultsOf({ network, inputs }: ImportedNetwork): Record<string, number[]> {
  const given = new Map(inputs.map(({ name, shape }) => [name, counted(shape)]));
  return Object.fromEntries(
    [...runReference(network, given)].map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

const relu = 19;
const tanhLike = 32; // CUSTOM
/** RELU, an operator that nobody knows, RELU. */
const tflite = tfliteFile({
  tensors: ['x', 'before', 'odd', 'after'].map((name) => ({ name, shape: [1, 4] })),
  operators: [
    { code: relu, inputs: [0], outputs: [1] },
    { code: tanhLike, customCode: 'Odd', inputs: [1], outputs: [2] },
    { code: relu, inputs: [2], outputs: [3] },
  ],
  inputs: [0],
  outputs: [3],
});

const onnx = onnxFile({
  nodes: [
    { op: 'Relu', name: 'first', inputs: ['x'], outputs: ['before'] },
    { op: 'Odd', name: 'second', inputs: ['before'], outputs: ['odd'] },
    { op: 'Relu', name: 'third', inputs: ['odd'], outputs: ['after'] },
  ],
  inputs: { x: [1, 4] },
  outputs: ['after'],
});

const graphModel = (): TfjsParts => ({
  model: {
    format: 'graph-model',
    modelTopology: {
      node: [
        {
          name: 'x',
          op: 'Placeholder',
          attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '1' }, { size: '4' }] } } },
        },
        { name: 'before', op: 'Relu', input: ['x'] },
        { name: 'odd', op: 'Odd', input: ['before'] },
        { name: 'after', op: 'Relu', input: ['odd'] },
      ],
    },
    weightsManifest: [],
  },
  shards: new Map(),
});

function layersModel(): TfjsParts {
  const { manifest, shards } = weightsOf([]);
  const layers = [
    layer('InputLayer', 'x', [], { batch_input_shape: [1, 4] }),
    layer('ReLU', 'before', ['x']),
    layer('Odd', 'odd', ['before']),
    layer('ReLU', 'after', ['odd']),
  ];
  const config = { name: 'tiny', layers, input_layers: [['x', 0, 0]], output_layers: [['after', 0, 0]] };
  const model = {
    modelTopology: { model_config: { class_name: 'Functional', config } },
    weightsManifest: manifest,
  };
  return { model, shards };
}

type Options = { readonly until?: string; readonly partial?: boolean };
const readers: readonly (readonly [string, (options?: Options) => ImportedNetwork, string])[] = [
  ['TFLite', (options) => readTflite(tflite, options), 'CUSTOM "Odd"'],
  ['ONNX', (options) => readOnnx(onnx, options), 'Odd'],
  ['a TF.js graph', (options) => readTfjs(graphModel(), options), 'Odd'],
  ['TF.js layers', (options) => readTfjs(layersModel(), options), 'Odd'],
];

describe.each(readers)('of %s with an op that cannot be read', (format, read, odd) => {
  test('the whole is refused', () => {
    expect(() => read()).toThrow(FormatError);
  });

  test('the part up to a node before it is read, and gives that node’s numbers', () => {
    const imported = read({ until: 'before' });
    expect(imported.outputs.map(({ name }) => name)).toEqual(['before']);
    expect(resultsOf(imported)).toEqual({ before: [0, 0, 0, 1] });
    expect(imported.left).toEqual([]);
  });

  test('the part up to a node behind it is refused as the whole is', () => {
    expect(() => read({ until: 'after' })).toThrow(/Odd/);
  });

  test('a node that is not there is refused, with those that are', () => {
    expect(() => read({ until: 'befor' })).toThrow(
      /^the file has no node "befor" to read up to; there are \d, among them "(before|first)"/,
    );
  });

  test('a partial read leaves the op out by name and keeps what it would have read', () => {
    const imported = read({ partial: true });
    expect(imported.left[0]).toMatchObject({ op: odd, why: expect.stringContaining('cannot be read') });
    expect(imported.outputs.map(({ name }) => name)).toContain('before');
    expect(resultsOf(imported).before).toEqual([0, 0, 0, 1]);
    // TFLite states what shape the op gives, so that what follows is read as well.
    const follows = format === 'TFLite';
    expect(imported.left).toHaveLength(follows ? 1 : 2);
    expect(imported.inputs.map(({ name }) => name)).toEqual(follows ? ['x', 'odd'] : ['x']);
  });
});

test('a node of ONNX is called by its own name or by that of a result', () => {
  expect(resultsOf(readOnnx(onnx, { until: 'first' }))).toEqual(
    resultsOf(readOnnx(onnx, { until: 'before' })),
  );
});

test('a file of which nothing can be read is refused in part too', () => {
  const nothing = onnxFile({
    nodes: [{ op: 'Odd', inputs: ['x'], outputs: ['y'] }],
    inputs: { x: [1, 4] },
    outputs: ['y'],
  });
  expect(() => readOnnx(nothing, { partial: true })).toThrow('nothing of the model can be read');
});

test('a damaged file is not read in part', () => {
  expect(() => readOnnx(onnx.subarray(0, onnx.length - 3), { partial: true })).toThrow(DamagedFileError);
  expect(() => readTflite(tflite.subarray(0, 40), { partial: true })).toThrow(DamagedFileError);
});

describe('the values of a file', () => {
  test('are found in the graph under the file’s names', () => {
    for (const [, read] of readers) {
      const { values, network } = read({ until: 'before' });
      expect([...values.keys()]).toEqual(['x', 'before']);
      expect(network.graph.nodes.map(({ name }) => name)).toEqual([values.get('before')?.name]);
    }
  });

  test('are no constants, whose types may be others than values have', () => {
    // A float16 slope behind DEQUANTIZE, as MediaPipe's files have it.
    const slopes = tfliteFile({
      tensors: [
        { name: 'x', shape: [1, 2, 2, 1] },
        { name: 'half', shape: [1, 1, 1], type: 'float16', data: Uint16Array.of(0x3800) },
        { name: 'slope', shape: [1, 1, 1] },
        { name: 'y', shape: [1, 2, 2, 1] },
      ],
      operators: [
        { code: 6, inputs: [1], outputs: [2] },
        { code: 54, inputs: [0, 2], outputs: [3] },
      ],
      inputs: [0],
      outputs: [3],
    });
    expect([...readTflite(slopes).values.keys()]).toEqual(['x', 'y']);
  });

  test('say in which order the file’s dimensions lie', () => {
    const image = onnxFile({
      nodes: [
        { op: 'MaxPool', inputs: ['x'], outputs: ['pooled'], attributes: { kernel_shape: [2, 2] } },
        { op: 'Relu', inputs: ['pooled'], outputs: ['y'] },
      ],
      inputs: { x: [1, 3, 5, 4] },
      outputs: ['y'],
    });
    const { values, network } = readOnnx(image);
    expect(values.get('pooled')?.fileAxes).toEqual([0, 2, 3, 1]);
    const type = network.graph.nodes.find(({ outputs }) => outputs[0] === values.get('pooled')?.name);
    expect(type?.op).toBe('max-pool2d');
  });

  test('that became one op with others are left out', () => {
    const swish = onnxFile({
      nodes: [
        { op: 'Sigmoid', inputs: ['x'], outputs: ['inner'] },
        { op: 'Mul', inputs: ['x', 'inner'], outputs: ['y'] },
      ],
      inputs: { x: [1, 4] },
      outputs: ['y'],
    });
    expect([...readOnnx(swish).values.keys()]).toEqual(['x', 'y']);
  });
});
