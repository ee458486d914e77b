import { runReference } from '@sepconv/reference';
import { createRandom, float32Tensor, randomTensor } from '@sepconv/tensor';
import { encode } from 'flatbuffers/js/flexbuffers.js';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/fuzz.js';
import { fuzzBytes } from '../../../test/mutate.js';
import { inspectTflite, readTflite } from '../../../test/read-now.js';
import { customOptions, type TestModel, tfliteFile } from '../../../test/tflite-file.js';
import { readFlexMap } from '../flex-map.js';

const boxCount = 30;
const classes = 4;
const random = createRandom(9);
const [encodings, predictions, places, sizes] = [
  [...randomTensor([boxCount, 4], random, -2, 2).data],
  [...randomTensor([boxCount, classes + 1], random, 0, 1).data],
  [...randomTensor([boxCount, 2], random, 0, 1).data],
  [...randomTensor([boxCount, 2], random, 0.2, 0.6).data],
];
const anchors = Array.from({ length: boxCount }, (_, i) => [
  ...(places as number[]).slice(2 * i, 2 * i + 2),
  ...(sizes as number[]).slice(2 * i, 2 * i + 2),
]).flat();

const said = {
  max_detections: 8,
  max_classes_per_detection: 1,
  detections_per_class: 100,
  use_regular_nms: false,
  nms_score_threshold: 0.51,
  nms_iou_threshold: 0.3,
  num_classes: classes,
  y_scale: 10,
  x_scale: 10,
  h_scale: 5,
  w_scale: 5,
};
type Said = typeof said;

function model(options: Partial<Said> = {}): TestModel {
  const { max_detections, max_classes_per_detection } = { ...said, ...options };
  const count = max_detections * max_classes_per_detection;
  return {
    tensors: [
      { shape: [1, boxCount, 4] },
      { shape: [1, boxCount, classes + 1] },
      { shape: [boxCount, 4], data: Float32Array.from(anchors) },
      { shape: [1, count, 4] },
      { shape: [1, count] },
      { shape: [1, count] },
      { shape: [1] },
    ],
    operators: [
      {
        code: 32,
        customCode: 'TFLite_Detection_PostProcess',
        customOptions: customOptions({ ...said, ...options }),
        inputs: [0, 1, 2],
        outputs: [3, 4, 5, 6],
      },
    ],
    inputs: [0, 1],
    outputs: [3, 4, 5, 6],
  };
}

type Box = readonly [top: number, left: number, bottom: number, right: number];

interface Candidate {
  readonly index: number;
  readonly score: number;
  readonly class: number;
}

const scoresOf = (index: number): number[] =>
  (predictions as number[]).slice(index * (classes + 1) + 1, (index + 1) * (classes + 1));

/** One box after the other of those that overlap none before them by too much. */
function suppress(candidates: readonly Candidate[], boxes: readonly Box[], options: Said, most: number) {
  const area = ([top, left, bottom, right]: Box) => (bottom - top) * (right - left);
  const overlap = (a: Box, b: Box): number => {
    const high = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    const both = high * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    return both / (area(a) + area(b) - both);
  };
  const selected: Candidate[] = [];
  const sorted = candidates
    .filter(({ score }) => score >= options.nms_score_threshold)
    .toSorted((a, b) => b.score - a.score);
  for (const candidate of sorted) {
    if (selected.length === most) break;
    const isFree = selected.every(
      ({ index }) => overlap(boxes[index]!, boxes[candidate.index]!) <= options.nms_iou_threshold,
    );
    if (isFree) selected.push(candidate);
  }
  return selected;
}

/** The kernel's own loops, in float64: a row for each box and class. */
function expected(options: Said): { rows: (Candidate & { box: Box })[]; count: number } {
  const boxes = Array.from({ length: boxCount }, (_, i): Box => {
    const [y, x, h, w] = (encodings as number[]).slice(4 * i, 4 * i + 4) as [number, number, number, number];
    const [ay, ax, ah, aw] = anchors.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    const [cy, cx] = [(y / 10) * ah + ay, (x / 10) * aw + ax];
    const [hh, hw] = [0.5 * Math.exp(h / 5) * ah, 0.5 * Math.exp(w / 5) * aw];
    return [cy - hh, cx - hw, cy + hh, cx + hw];
  });
  const withBox = (candidate: Candidate) => ({ ...candidate, box: boxes[candidate.index]! });
  if (options.use_regular_nms) {
    const rows = Array.from({ length: classes }, (_, k) => k)
      .flatMap((k) =>
        suppress(
          boxes.map((_, index) => ({ index, score: scoresOf(index)[k]!, class: k })),
          boxes,
          options,
          options.detections_per_class,
        ),
      )
      .toSorted((a, b) => b.score - a.score)
      .slice(0, options.max_detections);
    return { rows: rows.map(withBox), count: rows.length };
  }
  const ranked = (index: number): Candidate[] =>
    scoresOf(index)
      .map((score, k) => ({ index, score, class: k }))
      .toSorted((a, b) => b.score - a.score);
  const best = suppress(
    boxes.map((_, index) => ranked(index)[0]!),
    boxes,
    options,
    options.max_detections,
  );
  const rows = best.flatMap(({ index }) => ranked(index).slice(0, options.max_classes_per_detection));
  return { rows: rows.map(withBox), count: best.length };
}

describe('TFLite_Detection_PostProcess', () => {
  test.each<Partial<Said>>([
    {},
    { nms_score_threshold: 0.93 },
    { nms_iou_threshold: 0.6, max_detections: 20 },
    { max_detections: 1 },
    { nms_score_threshold: 2 },
    { max_detections: 200 },
    { max_classes_per_detection: 3 },
    { max_classes_per_detection: 4, nms_score_threshold: 0.9 },
    { use_regular_nms: true },
    { use_regular_nms: true, detections_per_class: 2, max_detections: 30, nms_iou_threshold: 0.1 },
  ])('gives what its loops give, with %j', (options) => {
    const { network, inputs, outputs } = readTflite(tfliteFile(model(options)));
    const given = [encodings, predictions].map(
      (numbers, i) => [inputs[i]!.name, float32Tensor(inputs[i]!.shape, numbers as number[])] as const,
    );
    const results = runReference(network, new Map(given));
    const [boxes, kinds, scores, count] = outputs.map(({ name }) => [...results.get(name)!.data]) as [
      number[],
      number[],
      number[],
      number[],
    ];
    const { rows: wanted, count: found } = expected({ ...said, ...options });
    expect(count).toEqual([found]);
    wanted.forEach((one, i) => {
      expect(kinds[i]).toBe(one.class);
      expect(scores[i]).toBe(one.score);
      one.box.forEach((edge, k) => {
        expect(boxes[4 * i + k]).toBeCloseTo(edge, 5);
      });
    });
    const rest = [
      ...scores.slice(wanted.length),
      ...kinds.slice(wanted.length),
      ...boxes.slice(4 * wanted.length),
    ];
    expect(rest.every((number) => number === 0)).toBe(true);
  });

  test.each<[Partial<Said>, string]>([
    [{ use_regular_nms: true, detections_per_class: 0 }, 'has detections_per_class 0, not 1 or more'],
    [{ num_classes: 9 }, 'of 9 classes'],
    [{ num_classes: 3 }, 'of 3 classes'],
  ])('with %j is refused', (options, message) => {
    expect(() => readTflite(tfliteFile(model(options)))).toThrow(message);
  });
});

test('mutants end in a network or a FormatError', () => {
  const read = (bytes: Uint8Array) => readTflite(bytes).network;
  fuzzBytes(tfliteFile(model({ max_detections: 3 })), Math.ceil(fuzzRuns / 5), read, inspectTflite);
});

test('maps of FlexBuffers are read in every width, and nothing beyond their end', () => {
  for (const numbers of [
    { a: 1, b: -2 },
    { a: 300, b: -2, f: true },
    { a: 1, b: -70_000, c: 0.5 },
    { a: 1, b: -70_000, c: 0.1 },
  ]) {
    const read = Object.fromEntries(readFlexMap(encode(numbers)).numbers);
    expect(read).toEqual(
      Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)])),
    );
  }
  const bytes = encode({ ...said });
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 127, 255]) {
      const mutant = Uint8Array.from(bytes).fill(value, at, at + 1);
      try {
        readFlexMap(mutant);
        readFlexMap(bytes.slice(0, at));
      } catch (error) {
        expect((error as Error).name).toBe('FormatError');
      }
    }
  }
});
