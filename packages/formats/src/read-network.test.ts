import { describe, expect, test } from 'vitest';
import { onnxFile } from '../test/onnx-file.js';
import { readTfjs, readTflite } from '../test/read-now.js';
import { oneOperator } from '../test/run-tflite.js';
import { graphModel, layersModel } from '../test/tfjs-file.js';
import { tfliteFile } from '../test/tflite-file.js';
import { detectFormat, FormatError, inspectNetwork, readNetwork } from './index.js';
import { inspectOnnx, openOnnx, readOnnx } from './onnx.js';
import { inspectSafetensors, readSafetensors } from './safetensors.js';
import { inspectTfjs, readTfjs as loadTfjs } from './tfjs.js';
import { inspectTflite, readTflite as loadTflite } from './tflite.js';

const relu = tfliteFile(oneOperator({ code: 19 }, { shape: [1, 2] }, { shape: [1, 2] }));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const noise = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

describe('detectFormat', () => {
  test('goes by the magic number, then by the name', () => {
    expect(detectFormat(relu)).toBe('tflite');
    expect(detectFormat(relu, 'model.bin')).toBe('tflite');
    expect(detectFormat(noise, 'Model.TFLITE')).toBe('tflite');
    expect(detectFormat(noise)).toBeUndefined();
    expect(detectFormat(new Uint8Array(0))).toBeUndefined();
  });
});

describe('readNetwork', () => {
  test('reads what it recognizes', async () => {
    const { network, format } = await readNetwork(relu, { fileName: 'model.tflite', name: 'mine' });
    expect(format).toBe('tflite');
    expect(network.graph.name).toBe('mine');
  });

  test.each([
    [text(''), 'the file is empty: download the file itself'],
    [text('PK\u0003\u0004'), 'this is a zip archive: of Keras (.keras), convert it'],
    [Uint8Array.of(0x89, 0x48, 0x44, 0x46), 'this is an HDF5 file (Keras .h5)'],
    [text('\u0010\0\0\0\0\0\0\0{"a":'), 'this is a safetensors file'],
    [text('<html>'), 'perhaps a download failed'],
    [text('version https://git-lfs.github.com/spec/v1'), 'run git lfs pull'],
    [
      text('Entry not found\n'),
      'this is a text, "Entry not found": perhaps a download failed; download the file itself',
    ],
    [noise, 'the format is not known: neither the first bytes nor the name "a.bin" say which'],
  ])('refuses the rest with advice', async (bytes, message) => {
    const reading = readNetwork(bytes, { fileName: 'a.bin' });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(FormatError);
  });
});

// What people have instead of a model, with how each begins.
const foreign: readonly (readonly [what: string, bytes: Uint8Array, says: RegExp])[] = [
  ['an LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /git lfs pull/],
  ['a page', text('\n<!DOCTYPE html><html>'), /HTML.*download failed/],
  ['a zip', text('PK\u0003\u0004\u0014\0'), /zip archive.*from_keras_model.*torch\.onnx\.export/],
  ['HDF5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), /HDF5.*from_keras_model/],
  ['a pickle', Uint8Array.of(0x80, 2, 0x7d, 0x71, 0), /pickle \(PyTorch\).*torch\.onnx\.export/],
  ['nothing', new Uint8Array(), /the file is empty: download/],
  ['a text', text('Entry not found'), /this is a text, "Entry not found"/],
];

describe.each(foreign)('%s is recognized before any parser', (_, bytes, says) => {
  test.each(['', '.onnx', '.tflite', '.json', '.safetensors', '.h5', '.bin'])(
    'under the ending "%s"',
    async (ending) => {
      const named = { fileName: `model${ending}` };
      await expect(readNetwork(bytes, named)).rejects.toThrow(says);
      await expect(inspectNetwork(bytes, named)).rejects.toThrow(says);
    },
  );

  test('by each reader', async () => {
    const readers: ((given: Uint8Array) => unknown)[] = [
      ...[readOnnx, openOnnx, inspectOnnx, loadTflite, inspectTflite, readSafetensors, inspectSafetensors],
      (model) => loadTfjs({ model: model as never, shards: new Map() }),
      (model) => inspectTfjs(model as never),
    ];
    for (const read of readers) {
      await expect((async () => read(bytes))()).rejects.toThrow(says);
      await expect((async () => read(bytes))()).rejects.toThrow(FormatError);
    }
  });

  test('in place of weights beside a model', async () => {
    const { model } = layersModel();
    const shards = new Map([['group1-shard1of1.bin', bytes]]);
    await expect(loadTfjs({ model, shards })).rejects.toThrow(says);
    const nodes = [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }];
    const initializers = { w: { dims: [1000], external: { location: 'w.bin' } } };
    const onnx = onnxFile({ nodes, initializers, inputs: { x: [1000] }, outputs: ['y'] });
    await expect((async () => readOnnx(onnx, { externalData: () => bytes }))()).rejects.toThrow(says);
  });
});

describe('readers load what a file needs', () => {
  const bytes = { shape: [1, 2], type: 'int8', scale: [0.5], zeroPoint: [3] } as const;
  test.each([
    ['usual operators', relu, {}],
    ['others', tfliteFile(oneOperator({ code: 8 }, { shape: [1, 2] }, { shape: [1, 2] })), {}],
    ['integers', tfliteFile(oneOperator({ code: 19 }, bytes, bytes)), { arithmetic: 'integer' }],
  ] as const)('TFLite: %s', async (_, file, options) => {
    expect(await loadTflite(file, options)).toEqual(readTflite(file, options));
  });

  test.each([
    ['layers', layersModel()],
    ['graph', graphModel()],
  ])('TF.js: %s', async (_, parts) => {
    expect(await loadTfjs(parts)).toEqual(readTfjs(parts));
  });

  test('what cannot be read is refused by a promise', async () => {
    const unknown = tfliteFile(oneOperator({ code: 16 }, { shape: [1, 2] }, { shape: [1, 2] }));
    await expect(loadTflite(unknown)).rejects.toThrow('LSTM (1×');
    await expect(loadTfjs({ model: {} } as never)).rejects.toThrow(FormatError);
  });
});
