import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GraphBuilder, type Network } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { loadDetector, VisionError } from './index.js';
import { drawFaces } from './testing/face.js';
import { drawnYuNet, yuNetSide } from './testing/yunet.js';

const recorded = (name: string) =>
  JSON.parse(readFileSync(new URL(`../test/${name}.json`, import.meta.url), 'utf8'));
const { resolve } = createRequire(import.meta.url);
const faceModel = (range: string): string =>
  resolve(`@mediapipe/face_detection/face_detection_${range}_range.tflite`);

const picture = drawFaces(400, 300, [
  { x: 120, y: 140, height: 150 },
  { x: 290, y: 170, height: 120 },
]);

describe('a detector of faces', () => {
  test('finds what MediaPipe finds with the same network, where it does', async () => {
    const detector = await loadDetector(faceModel('short'));
    const faces = await detector.detect(picture);
    const expected: { score: number; box: number[]; points: number[][] }[] = recorded('mediapipe').faces;
    expect(faces).toHaveLength(expected.length);
    for (const [i, { label, score, box, points }] of faces.entries()) {
      expect(label).toBe('face');
      expect(Math.abs(score - expected[i]!.score)).toBeLessThan(0.002);
      // Its boxes are whole pixels, rounded down.
      const sides = [box.left, box.top, box.width, box.height];
      for (const [k, side] of sides.entries())
        expect(Math.abs(side - expected[i]!.box[k]!)).toBeLessThan(1.2);
      for (const [p, { x, y }] of points.entries()) {
        expect(Math.hypot(x - expected[i]!.points[p]![0]!, y - expected[i]!.points[p]![1]!)).toBeLessThan(
          0.4,
        );
      }
    }
    expect(await detector.detect(picture, { count: 1 })).toEqual(faces.slice(0, 1));
    expect(await detector.detect(picture, { leastScore: 1 })).toEqual([]);
    const seen: number[] = [];
    for await (const found of detector.detectFrames([picture, drawFaces(400, 300, [])]))
      seen.push(found.length);
    expect(seen).toEqual([2, 0]);
    detector.dispose();
    await expect(detector.detect(picture)).rejects.toThrow('this detector is disposed');
  });

  test('finds them from further away, and whatever the shape of the image', async () => {
    const detector = await loadDetector(faceModel('full'));
    for (const [width, height] of [
      [600, 200],
      [200, 600],
    ] as const) {
      const face = { x: width / 2 - 20, y: height / 2 + 10, height: 140 };
      const [found, more] = await detector.detect(drawFaces(width, height, [face]));
      const { left = 0, top = 0, ...box } = found?.box ?? { width: 0, height: 0 };
      expect(more).toBeUndefined();
      expect(Math.hypot(left + box.width / 2 - face.x, top + box.height / 2 - face.y - 15)).toBeLessThan(15);
      expect(box.width).toBeGreaterThan(80);
    }
    detector.dispose();
  });
});

test('decodes a YuNet as OpenCV does', async () => {
  const detector = await loadDetector(drawnYuNet());
  const found = await detector.detect(drawFaces(yuNetSide, yuNetSide, [{ x: 30, y: 34, height: 40 }]));
  const expected: number[][] = recorded('yunet');
  expect(found).toHaveLength(expected.length);
  for (const [i, { box, points, score }] of found.entries()) {
    const row = [box.left, box.top, box.width, box.height, ...points.flatMap(({ x, y }) => [x, y]), score];
    for (const [k, value] of row.entries()) {
      expect(Math.abs(value - expected[i]![k]!)).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
    }
  }
});

describe('a detector', () => {
  const rows = (...shapes: readonly (readonly number[])[]): Network => {
    const builder = new GraphBuilder('rows');
    const image = builder.input('image', [1, 32, 32, 3]);
    const outputs = shapes.map((shape) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const flat = builder.node('reshape', [image], { shape: [1, 3072] });
      const part = builder.node('slice', [flat], { starts: [0, 0], ends: [1, count], steps: [1, 1] });
      return builder.node('reshape', [part], { shape });
    });
    return { graph: builder.build(outputs), weights: new Map() };
  };
  test('says what it is not told, and what does not fit', async () => {
    const yolox = rows([1, 21, 7]);
    await expect(loadDetector(yolox)).rejects.toThrow(
      "1×21×7 do not tell which detector this is: give { head: 'yolox' }",
    );
    await expect(loadDetector(yolox, { head: 'yunet' })).rejects.toThrow(
      'are not those of yunet for an input of 32×32',
    );
    await expect(loadDetector(yolox, { head: 'yolov9' as 'yolox' })).rejects.toThrow(
      'no head "yolov9"; there are',
    );
    await expect(loadDetector(yolox, { head: { anchors: [1] } })).rejects.toThrow('anchors has 1');
    await expect(loadDetector(rows([1, 5, 4], [1, 5, 2]), { head: 'boxes' })).rejects.toThrow(
      'how pixels become numbers',
    );
    await expect(loadDetector(yolox, { labels: ['a', 'b'], head: null as never })).rejects.toThrow(
      VisionError,
    );
    const detector = await loadDetector(yolox, { labels: ['a', 'b'] });
    await expect(detector.detect(picture, { leastScore: 2 })).rejects.toThrow(
      'leastScore must be a number from 0 to 1',
    );
    await expect(detector.detect(picture, { count: 0 })).rejects.toThrow('count must be a whole number');
  });
});
