import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { GraphBuilder, type Network } from '@sepconv/graph';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { loadClassifier, presets, VisionError } from './index.js';
import { bmp } from './testing/bmp.js';

const shared = new URL('../../../../shared/', import.meta.url);
const there = existsSync(new URL('models', shared));

/** The mean of each colour, times 4, as logits. */
function colours(): Network {
  const builder = new GraphBuilder('colours');
  const image = builder.input('image', [1, 4, 4, 3]);
  const mean = builder.node('global-average-pool2d', [image], {}, 'mean');
  const filter = builder.parameter('filter', [1, 1, 3, 3], 'weight');
  const graph = builder.build([builder.node('pointwise-conv2d', [mean, filter], {}, 'logits')]);
  return { graph, weights: new Map([['filter', float32Tensor([1, 1, 3, 3], [4, 0, 0, 0, 4, 0, 0, 0, 4])]]) };
}

const labels = ['red', 'green', 'blue'];
const normalization = { mean: 0, standardDeviation: 255 };
const solid = (r: number, g: number, b: number) => ({
  data: Uint8Array.from({ length: 6 * 5 * 3 }, (_, i) => [r, g, b][i % 3] as number),
  width: 6,
  height: 5,
});

describe('a classifier', () => {
  test.skipIf(!there)(
    `in three lines${there ? '' : ' (skipped: ../shared/models is not there)'}`,
    async () => {
      const model = fileURLToPath(new URL('models/mobilenet_v2_1.0_224_quant.tflite', shared));
      const photo = fileURLToPath(new URL('images/hot_dog.jpg', shared));
      const classifier = await loadClassifier(model);
      const [best] = await classifier.classify(photo);
      expect(best?.label).toBe('hotdog, hot dog, red hot');
      expect(best?.probability).toBeGreaterThan(0.5);
      classifier.dispose();
    },
  );

  test('takes names and normalization from the file, and pixels, bytes and Blobs as images', async () => {
    const classifier = await loadClassifier(writeOnnx(colours(), { labels, normalization }));
    expect(classifier.labels).toEqual(labels);
    const green = solid(0, 255, 0);
    const file = bmp({ width: 6, height: 5, bits: 24, rgb: green.data });
    for (const source of [green, file, new Blob([file as BlobPart]), file.slice().buffer]) {
      const ranked = await classifier.classify(source as Uint8Array, { top: 2 });
      expect(ranked.map(({ label }) => label)).toEqual(['green', 'red']);
      expect(ranked[0]?.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 2), 5);
    }
    const seen: string[] = [];
    for await (const [best] of classifier.classifyFrames([green, solid(0, 0, 255)]))
      seen.push(best?.label ?? '');
    expect(seen).toEqual(['green', 'blue']);
    classifier.dispose();
    await expect(classifier.classify(green)).rejects.toThrow('this classifier is disposed');
  });

  test('takes what the file leaves open from the options, and says what is missing', async () => {
    await expect(loadClassifier(colours())).rejects.toThrow('does not name its 3 classes: give { labels');
    await expect(loadClassifier(colours(), { labels })).rejects.toThrow('how pixels become numbers: give');
    await expect(loadClassifier(colours(), { labels: ['a'], preprocessing: 'timm' })).rejects.toThrow(
      'has 1 names, but the network has 3 classes',
    );
    const classifier = await loadClassifier(colours(), { labels: false, preprocessing: { normalization } });
    expect((await classifier.classify(solid(0, 0, 255), { top: 1 }))[0]).toMatchObject({
      label: '2',
      index: 2,
    });
    // Blue and red change places where the network takes them so.
    const turned = await loadClassifier(colours(), {
      labels,
      preprocessing: { normalization, channelOrder: 'bgr' },
    });
    expect((await turned.classify(solid(0, 0, 255)))[0]?.label).toBe('red');
  });

  test('refuses what is no image or network, in words', async () => {
    const classifier = await loadClassifier(colours(), { labels, preprocessing: presets.timm });
    for (const [source, words] of [
      [undefined, 'there is no image in this'],
      [42, 'there is no image in this'],
      ['/nowhere/photo.jpg', 'there is no such file'],
      [Buffer.from('GIF89a'), 'it is a GIF; give a JPEG, PNG, BMP or WebP'],
      [{ data: [1], width: 2, height: 2 }, 'needs 1, 3 or 4 bytes a pixel'],
    ] as const) {
      const failed = classifier.classify(source as unknown as Uint8Array);
      await expect(failed).rejects.toThrow(VisionError);
      await expect(failed).rejects.toThrow(words);
    }
    await expect(classifier.classify(solid(1, 1, 1), { top: 0 })).rejects.toThrow('top must be');
    await expect(loadClassifier(7 as unknown as string)).rejects.toThrow('there is no network in this');
    const options = { labels, preprocessing: 'pytorch' as 'timm' };
    await expect(loadClassifier(colours(), options)).rejects.toThrow('there is no preset "pytorch"');
  });

  test.skipIf(!there)('computes with the integers of a quantized network', async () => {
    const bytes = new Uint8Array(readFileSync(new URL('models/mobilenet_v1_0.25_128_quant.tflite', shared)));
    const classifier = await loadClassifier(bytes, { arithmetic: 'integer' });
    const photo = new Uint8Array(readFileSync(new URL('images/cat_720p.jpg', shared)));
    expect((await classifier.classify(photo, { top: 1 }))[0]?.label).toBe('Egyptian cat');
    classifier.dispose();
  });
});
