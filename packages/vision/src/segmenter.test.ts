import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GraphBuilder, type Network } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { loadSegmenter } from './index.js';
import { drawFaces } from './testing/face.js';

const { resolve } = createRequire(import.meta.url);
const unit = { mean: 0, standardDeviation: 255 };

test('a segmenter sees people where MediaPipe sees them with the same network', async () => {
  const expected: number[] = JSON.parse(
    readFileSync(new URL('../test/mediapipe.json', import.meta.url), 'utf8'),
  ).mask;
  const picture = drawFaces(400, 300, [
    { x: 120, y: 140, height: 150 },
    { x: 290, y: 170, height: 120 },
  ]);
  const model = resolve('@mediapipe/selfie_segmentation/selfie_segmentation.tflite');
  const segmenter = await loadSegmenter(model, {
    labels: ['background', 'person'],
    // As its warp on the CPU takes pixels.
    preprocessing: { resize: 'tensorflow-bilinear', normalization: unit },
  });
  const { width, height, classes, mask } = await segmenter.segment(picture);
  expect([width, height, classes.length]).toEqual([400, 300, 120_000]);
  const isKept = (_: number, i: number) => (i % 400) % 10 === 5 && Math.floor(i / 400) % 10 === 5;
  const differences = mask(1)
    .filter(isKept)
    .map((value, i) => Math.abs(value - expected[i]!))
    .sort();
  expect(differences).toHaveLength(expected.length);
  expect(differences.at(-1)).toBeLessThan(0.1);
  expect(differences.at(-Math.ceil(expected.length / 50))).toBeLessThan(0.02);
  const wrong = classes.filter(isKept).filter((index, i) => (index === 1) !== expected[i]! >= 0.5);
  expect(wrong.length).toBeLessThan(expected.length / 200);
  expect(mask(0)[0]).toBeCloseTo(1 - mask(1)[0]!, 6);
  expect(() => mask(2)).toThrow('there is no class 2: they go from 0 to 1');
  segmenter.dispose();
  await expect(segmenter.segment(picture)).rejects.toThrow('this segmenter is disposed');
});

/** Each colour as a logit, at half the size. */
function colourMap(isPlanes: boolean): Network {
  const builder = new GraphBuilder('colours');
  const image = builder.input('image', [1, 8, 8, 3]);
  const attributes = {
    window: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    countIncludePadding: false,
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
  } as const;
  const map = builder.node('average-pool2d', [image], attributes);
  const output = isPlanes ? builder.node('transpose', [map], { permutation: [0, 3, 1, 2] }) : map;
  return { graph: builder.build([output]), weights: new Map() };
}

describe('masks', () => {
  // Red on the left, green on the right, in an image of another shape.
  const data = Uint8Array.from({ length: 40 * 10 * 3 }, (_, i) => {
    const isLeft = Math.floor(i / 3) % 40 < 20;
    return i % 3 === (isLeft ? 0 : 1) ? 255 : 0;
  });
  const image = { data, width: 40, height: 10 };
  test.each([
    ['last', false],
    ['first', true],
  ])('have the size of the image, with classes %s', async (_, isPlanes) => {
    for (const fit of ['squeeze', 'letterbox'] as const) {
      const segmenter = await loadSegmenter(colourMap(isPlanes), {
        preprocessing: { normalization: unit, fit },
      });
      const { classes, mask } = await segmenter.segment(image);
      const row = Array.from(classes.subarray(5 * 40, 6 * 40));
      expect(row).toEqual(Array.from({ length: 40 }, (_unused, x) => (x < 20 ? 0 : 1)));
      expect(mask(0)[5 * 40]).toBeGreaterThan(0.4);
      const sum = [0, 1, 2].reduce((total, index) => total + mask(index)[77]!, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  test('are refused of what is none', async () => {
    const builder = new GraphBuilder('rows');
    const rows = builder.node('reshape', [builder.input('image', [1, 8, 8, 3])], { shape: [1, 192] });
    const network = { graph: builder.build([rows]), weights: new Map() };
    await expect(loadSegmenter(network)).rejects.toThrow('is 1×192, no map of a 8×8 input');
    await expect(loadSegmenter(network, { output: 'x' })).rejects.toThrow('there is no output "x"');
  });
});
