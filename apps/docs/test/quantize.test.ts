import { readNetwork } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { GraphBuilder, initializeWeights, type Network, noPadding } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { quantizeModel } from '../src/islands/quantize/quantize-model.js';
import { after } from '../src/islands/quantize/use-quantizer.js';

const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 4 });
const read = async (network: Network) => readNetwork(writeOnnx(network, { labels: ['a', 'b', 'c', 'd'] }));
const model = () => read({ graph, weights: initializeWeights(graph, 1) });

/** Pictures of noise. */
const pictures = (count: number) =>
  Array.from({ length: count }, (_, k) => {
    const random = createRandom(k + 1);
    return {
      data: Uint8Array.from({ length: 40 * 40 * 3 }, () => random.integer(256)),
      width: 40,
      height: 40,
    };
  });

describe('a model in 8-bit integers', () => {
  test('from images, a part of which is held back; files name the classes and how pixels are normalized', async () => {
    const steps: string[] = [];
    const { report, files } = await quantizeModel(
      await model(),
      'a.b.onnx',
      pictures(5),
      'zero-to-one',
      (what) => steps.push(what),
    );
    expect(report).toMatchObject({ calibration: { from: 'samples', count: 4 }, agreementOn: 'held-back' });
    expect(new Set(steps)).toContain('Observing ranges');
    expect(files.map(({ name }) => name)).toEqual(['a.b-int8.tflite', 'a.b-int8.onnx']);
    for (const { bytes } of files) {
      const { network, metadata } = await readNetwork(bytes!, { arithmetic: 'integer' });
      expect(network.graph.nodes.map(({ op }) => op)).toContain('quantized-conv2d');
      expect(metadata.labels).toEqual(['a', 'b', 'c', 'd']);
      expect(metadata.normalization).toEqual({ mean: 0, standardDeviation: 255 });
    }
  });

  test('without images, from drawn ones between the numbers that pixels have', async () => {
    const { report } = await quantizeModel(await model(), 'a.onnx', [], 'bytes', () => {});
    expect(report.calibration.from).toBe('drawn');
    expect(report.agreementOn).toBe('drawn');
    expect(report.layers.every(({ stored, why }) => stored !== null || why !== null)).toBe(true);
  });

  test('that a format has no words for is said for that format', async () => {
    const builder = new GraphBuilder('dilated');
    const image = builder.input('image', [1, 4, 4, 3]);
    const weight = builder.parameter('w', [1, 1, 3, 3], 'weight');
    const window = { strides: [1, 1], dilations: [1, 1], padding: noPadding, groups: 1 } as const;
    const conv = builder.node('conv2d', [image, weight], window);
    const attributes = { window: [2, 2], strides: [1, 1], dilations: [2, 2], padding: noPadding } as const;
    const odd = builder.build([builder.node('max-pool2d', [conv], attributes, 'y')]);
    const imported = await read({ graph: odd, weights: initializeWeights(odd, 1) });
    const { files } = await quantizeModel(imported, 'dilated.onnx', [], 'file', () => {});
    expect(files[0]).toMatchObject({ name: 'dilated-int8.tflite', why: expect.stringContaining('dilation') });
    expect(files[1]?.bytes?.length).toBeGreaterThan(0);
    await expect(quantizeModel(imported, 'dilated.onnx', pictures(1), 'file', () => {})).rejects.toThrow(
      /images are of no use/,
    );
  });
});

test('what the worker reports is what the page knows', () => {
  const running = after({ phase: 'idle' }, { kind: 'progress', what: 'Observing ranges', share: 0.5 });
  expect(running).toEqual({ phase: 'running', what: 'Observing ranges', share: 0.5 });
  expect(after(running, { kind: 'stopped' })).toEqual({ phase: 'stopped' });
  expect(after(running, { kind: 'failed', message: 'no' })).toEqual({ phase: 'failed', message: 'no' });
});
