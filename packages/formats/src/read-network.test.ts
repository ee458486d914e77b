import { describe, expect, test } from 'vitest';
import { readTfjs, readTflite } from '../test/read-now.js';
import { oneOperator } from '../test/run-tflite.js';
import { graphModel, layersModel } from '../test/tfjs-file.js';
import { tfliteFile } from '../test/tflite-file.js';
import { detectFormat, FormatError, readNetwork } from './index.js';
import { readTfjs as loadTfjs } from './tfjs.js';
import { readTflite as loadTflite } from './tflite.js';

const relu = tfliteFile(oneOperator({ code: 19 }, { shape: [1, 2] }, { shape: [1, 2] }));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('detectFormat', () => {
  test('goes by the magic number, then by the name', () => {
    expect(detectFormat(relu)).toBe('tflite');
    expect(detectFormat(relu, 'model.bin')).toBe('tflite');
    expect(detectFormat(text('????????'), 'Model.TFLITE')).toBe('tflite');
    expect(detectFormat(text('????????'))).toBeUndefined();
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
    [text(''), 'the file is empty'],
    [text('PK\u0003\u0004'), 'this is a zip archive: of Keras (.keras), convert it'],
    [Uint8Array.of(0x89, 0x48, 0x44, 0x46), 'this is an HDF5 file (Keras .h5)'],
    [text('\u0010\0\0\0\0\0\0\0{"a":'), 'this is a safetensors file'],
    [text('<html>'), 'perhaps a download failed'],
    [text('version https://git-lfs.github.com/spec/v1'), 'run git lfs pull'],
    [text('????????'), 'the format is not known: neither the first bytes nor the name "a.bin" say which'],
  ])('refuses the rest with advice', async (bytes, message) => {
    const reading = readNetwork(bytes, { fileName: 'a.bin' });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(FormatError);
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
