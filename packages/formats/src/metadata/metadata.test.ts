import { GraphBuilder, type Network } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readOnnx, readTflite } from '../../test/read-now.js';
import { hasShared, readShared, sharedTitle } from '../../test/shared-files.js';
import { associatedFiles } from '../tflite/associated-files.js';
import { writeOnnx } from '../write-onnx.js';
import { writeTflite } from '../write-tflite.js';
import type { ModelMetadata } from './metadata.js';
import { metadataOf, propertiesOf } from './properties.js';
import { namesIn } from './texts.js';

/** One convolution over a small image. */
function network(): Network {
  const builder = new GraphBuilder('named');
  const image = builder.input('image', [1, 4, 4, 3]);
  const filter = builder.parameter('filter', [1, 1, 3, 2], 'weight');
  const graph = builder.build([builder.node('pointwise-conv2d', [image, filter], {})]);
  return { graph, weights: new Map([['filter', zeros('float32', [1, 1, 3, 2])]]) };
}

const everything: ModelMetadata = {
  labels: ['a “quoted” name', "it's", 'back\\slash', 'tab\there', 'Zürich 中'],
  normalization: { mean: [1, 2.5, 3], standardDeviation: [58.395, 57.12, 57.375] },
  channelOrder: 'bgr',
  resizing: { interpolation: 'bicubic', cropFraction: 0.875 },
  properties: new Map([['author', 'somebody']]),
};

describe('ONNX', () => {
  test('what is written beside a network is read again', () => {
    const read = readOnnx(writeOnnx(network(), everything));
    expect(read.metadata).toEqual(everything);
    expect(read.inputs[0]?.normalization).toEqual(everything.normalization);
    expect(readOnnx(writeOnnx(network())).metadata).toEqual({});
  });

  test('any names and texts', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(text, { minLength: 2 }), fc.dictionary(text, text), (labels, texts) => {
        const properties = new Map(Object.entries(texts).map(([key, value]) => [`own ${key}`, value]));
        const metadata = { labels, ...(properties.size > 0 && { properties }) };
        expect(metadataOf(propertiesOf(metadata))).toEqual(metadata);
      }),
    );
  });

  test('reads the names that others write', () => {
    const names = ['person', "driver's seat", 'traffic light'];
    expect(namesIn(`{0: 'person', 1: "driver's seat", 2: 'traffic light'}`)).toEqual(names);
    expect(namesIn(`{"1": "driver's seat", "0": "person", "2": "traffic light"}`)).toEqual(names);
    expect(namesIn(`['person', 'driver\\'s seat', 'traffic light',]`)).toEqual(names);
    expect(namesIn(`person\r\ndriver's seat\ntraffic light\n`)).toEqual(names);
    expect(namesIn(`person, driver's seat,traffic light`)).toEqual(names);
    for (const nothing of [
      '',
      'person',
      '{0: 1',
      '{0: "a", 2: "b"}',
      '[[1]]',
      '{"a": "b"}',
      '[',
      '{1:',
      "['a",
    ]) {
      expect(namesIn(nothing)).toBeUndefined();
    }
  });

  test('any text ends in names or in none', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ',',
      ':',
      '"',
      "'",
      '\\',
      '\n',
      '0',
      '1',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const names = namesIn(parts.join(''));
        expect(names === undefined || names.every((name) => typeof name === 'string')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads the normalizations that others write', () => {
    const read = (texts: Record<string, string>) => metadataOf(new Map(Object.entries(texts))).normalization;
    expect(read({ image_mean: '[0.5, 0.25, 0]', image_std: '[1, 0.5, 0.25]' })).toEqual({
      mean: [127.5, 63.75, 0],
      standardDeviation: [255, 127.5, 63.75],
    });
    expect(read({ 'Image.NominalPixelRange': 'Normalized_1_1' })).toEqual({
      mean: 127.5,
      standardDeviation: 127.5,
    });
    expect(read({ author: 'Ultralytics', task: 'classify' })).toEqual({ mean: 0, standardDeviation: 255 });
    expect(read({ image_mean: '[1]', image_std: '[0]' })).toBeUndefined();
    expect(read({ 'Image.NominalPixelRange': 'constructor' })).toBeUndefined();
  });
});

describe('TFLite', () => {
  test('what is written beside a network is read again, and is the same bytes every time', () => {
    const beside: ModelMetadata = {
      ...everything,
      normalization: { mean: [1, 2.5, 3], standardDeviation: [58.5, 57.25, 57.375] },
      properties: new Map([
        ['author', 'somebody'],
        ['trained on', 'own photos'],
      ]),
    };
    const file = writeTflite(network(), beside);
    const { metadata, inputs, warnings } = readTflite(file);
    expect(metadata).toEqual(beside);
    expect(inputs[0]?.normalization).toEqual(beside.normalization);
    expect(warnings).toEqual([]);
    expect(readTflite(writeTflite(network())).metadata).toEqual({});
    expect(writeTflite(network(), beside)).toEqual(file);
  });

  test('the archive of labels is one for other programs too', () => {
    const file = writeTflite(network(), { labels: ['cat', 'Zürich 中'] });
    const unpacked = unzipSync(file)['labels.txt'];
    expect(new TextDecoder().decode(unpacked)).toBe('cat\nZürich 中\n');
  });

  test.skipIf(!hasShared('models')).each(['mobilenet_v1_0.25_128_quant', 'mobilenet_v2_1.0_224_quant'])(
    sharedTitle('the labels inside %s', 'models'),
    (name) => {
      const { metadata, inputs, warnings } = readTflite(readShared(`models/${name}.tflite`));
      const list = new TextDecoder().decode(readShared('models/imagenet_labels.txt')).trimEnd().split('\n');
      expect(metadata.labels).toEqual(list);
      // A quantized network's bytes mean what its scale says, which is near the 127.5 of its description.
      expect(metadata.normalization).toEqual(inputs[0]?.normalization);
      expect(metadata.normalization?.mean).toBe(128);
      expect(warnings).toEqual([]);
    },
  );

  test('packed files, deflated or not, wherever their offsets count from', () => {
    const text = new TextEncoder().encode('cat\ndog\n'.repeat(50));
    for (const level of [0, 9] as const) {
      const archive = zipSync({ 'labels.txt': text, 'other.txt': new Uint8Array(3) }, { level });
      for (const front of [0, 1000]) {
        const bytes = new Uint8Array(front + archive.length);
        bytes.set(archive, front);
        expect(associatedFiles(bytes)('labels.txt')).toEqual(text);
        expect(associatedFiles(bytes)('nothing.txt')).toBeUndefined();
      }
    }
  });

  test('damaged archives give bytes or none', () => {
    const archive = zipSync({ 'labels.txt': new TextEncoder().encode('cat\ndog\n'.repeat(9)) }, { level: 9 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1 }),
        (changes) => {
          const bytes = archive.slice();
          for (const [at, value] of changes) bytes[at] = value;
          const found = associatedFiles(bytes)('labels.txt');
          expect(found === undefined || found instanceof Uint8Array).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
