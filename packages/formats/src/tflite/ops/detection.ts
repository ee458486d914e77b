/**
 * @file TFLite_Detection_PostProcess, the end of an SSD detector: boxes are decoded, and of those that overlap the one with the
 * highest score is taken, so many times. Each time is a few ops on all boxes. Source:
 * https://github.com/tensorflow/tensorflow, lite/kernels/detection_postprocess.cc.
 */
import { createTensor, formatShape, type Tensor } from '@sepconv/tensor';
import { choice, indexOfExtreme } from '../../composites/choices.js';
import { type Composer, step } from '../../composites/composer.js';
import { largest } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { readFlexMap } from '../flex-map.js';

/** More detections than anybody asks for: each is some forty nodes. */
const mostDetections = 100;

/** A score below all others: of a box that is out. */
const lowest = -3e38;

/** What the file says. */
interface Options {
  readonly detections: number;
  readonly leastScore: number;
  readonly mostOverlap: number;
  readonly classes: number;
  /** Of y, x, height and width. */
  readonly scales: readonly [number, number, number, number];
}

function readOptions(context: OperatorContext): Options {
  const said = readFlexMap(context.operator.customOptions);
  const number = (name: string): number => said.get(name) ?? refuse(`has no option ${name}`);
  if ((said.get('use_regular_nms') ?? 0) !== 0)
    refuse('suppresses the boxes of each class by themselves (use_regular_nms), which is not supported');
  if ((said.get('max_classes_per_detection') ?? 1) !== 1)
    refuse(`gives ${said.get('max_classes_per_detection')} classes for each box; only 1 is supported`);
  const detections = number('max_detections');
  if (!(Number.isInteger(detections) && detections >= 1 && detections <= mostDetections))
    refuse(`gives ${detections} detections; 1 to ${mostDetections} are supported`);
  const [y, x, h, w] = ['y_scale', 'x_scale', 'h_scale', 'w_scale'].map(number) as [
    number,
    number,
    number,
    number,
  ];
  return {
    detections,
    leastScore: number('nms_score_threshold'),
    mostOverlap: number('nms_iou_threshold'),
    classes: number('num_classes'),
    scales: [y, x, h, w],
  };
}

/** Columns `[A]` of a matrix `[A, n]`. */
function columns(c: Composer, value: string, count: number): string[] {
  const [rows = 0] = c.shape(value);
  return Array.from({ length: count }, (_, i) => {
    const one = step('slice', [value], { starts: [0, i], ends: [rows, i + 1], steps: [1, 1] });
    return c.reshaped(c.add(one), [rows]);
  });
}

const minimum = (c: Composer, a: string, b: string): string => c.plain('minimum', a, b);
const maximum = (c: Composer, a: string, b: string): string => c.plain('maximum', a, b);

/** `[ymin, xmin, ymax, xmax]`, each `[A]`, of encodings `[A, 4]` and of anchors with their centers. */
function decodeBoxes(c: Composer, encodings: string, anchors: Tensor<'float32'>, options: Options): string[] {
  const [count = 0] = anchors.shape;
  const column = (k: number, factor = 1): string =>
    c.constant(
      createTensor(
        'float32',
        [count],
        Float32Array.from({ length: count }, (_, i) => factor * (anchors.data[4 * i + k] as number)),
      ),
    );
  const codes = columns(c, encodings, 4).map((code, k) =>
    options.scales[k] === 1 ? code : c.plain('div', code, c.number(options.scales[k] as number)),
  ) as [string, string, string, string];
  const center = (k: 0 | 1): string => c.plain('add', c.plain('mul', codes[k], column(2 + k)), column(k));
  const half = (k: 0 | 1): string =>
    c.plain('mul', c.plain('exp', codes[2 + k] as string), column(2 + k, 0.5));
  const [y, x, halfHeight, halfWidth] = [center(0), center(1), half(0), half(1)];
  return [
    c.plain('sub', y, halfHeight),
    c.plain('sub', x, halfWidth),
    c.plain('add', y, halfHeight),
    c.plain('add', x, halfWidth),
  ];
}

/** Takes the best boxes, one after the other: rows `[ymin, xmin, ymax, xmax, class, score]`, and how many there are. */
function select(
  c: Composer,
  boxes: readonly string[],
  [scores, classes]: readonly [string, string],
  { detections, leastScore, mostOverlap }: Options,
): { readonly rows: string; readonly count: string } {
  const [count = 0] = c.shape(scores);
  const [top, left, bottom, right] = boxes as [string, string, string, string];
  const table = c.add(
    step(
      'concat',
      [...boxes, classes, scores].map((value) => c.reshaped(value, [count, 1])),
      { axis: 1 },
    ),
  );
  const [zero, low, overlap] = [c.number(0), c.number(lowest), c.number(mostOverlap)];
  const lowRow = c.constant(createTensor('float32', [1, 6], new Float32Array(6).fill(lowest)));
  // Of several with the same score the first one counts.
  const ranks = c.constant(
    createTensor(
      'float32',
      [count],
      Float32Array.from({ length: count }, (_, i) => count - i),
    ),
  );
  const all = c.plain('mul', c.plain('sub', bottom, top), c.plain('sub', right, left));
  const isArea = c.plain('less', zero, all);
  let remaining = c.add(choice(c, c.plain('less', scores, c.number(leastScore)), low, scores));
  const rows: string[] = [];
  const found: string[] = [];
  for (let i = 0; i < detections; i++) {
    const best = c.add(largest(c, remaining, [0], true));
    const ranked = c.plain('mul', c.plain('equal', remaining, best), ranks);
    const hit = c.plain('equal', ranked, c.add(largest(c, ranked, [0], true)));
    const isFound = c.plain('less', low, best);
    const chosen = c.add(choice(c, c.reshaped(hit, [count, 1]), table, lowRow));
    const row = c.add(largest(c, chosen, [0], true));
    rows.push(c.plain('mask', row, c.reshaped(isFound, [1, 1])));
    found.push(isFound);
    if (i === detections - 1) break;
    const [t, l, b, r] = columns(c, row, 4) as [string, string, string, string];
    const own = c.plain('mul', c.plain('sub', b, t), c.plain('sub', r, l));
    const side = (from: string, to: string): string => maximum(c, c.plain('sub', to, from), zero);
    const both = c.plain(
      'mul',
      side(maximum(c, top, t), minimum(c, bottom, b)),
      side(maximum(c, left, l), minimum(c, right, r)),
    );
    const union = c.plain('sub', c.plain('add', all, own), both);
    const isOver = c.plain('less', overlap, c.plain('div', both, union));
    const areAreas = c.plain('mul', isArea, c.plain('less', zero, own));
    const isOut = maximum(c, c.plain('mul', isOver, areAreas), hit);
    remaining = c.add(choice(c, isOut, low, remaining));
  }
  const sum = found.reduce((a, b) => c.plain('add', a, b));
  return {
    rows: rows.length === 1 ? (rows[0] as string) : c.add(step('concat', rows, { axis: 0 })),
    count: sum,
  };
}

/** TFLite_Detection_PostProcess: boxes, classes, scores, and how many of them count. */
export function readDetectionPostProcess(context: OperatorContext): readonly NodeResult[] {
  const options = readOptions(context);
  const c = composerOf(context);
  const [encodings, predictions] = [context.shape(0), context.shape(1)];
  const anchors = context.constant(2, 'the anchors');
  const [images, count = 0, size] = encodings;
  const all = predictions[2] ?? 0;
  const offset = all - options.classes;
  const fits =
    images === 1 && size === 4 && predictions[1] === count && anchors.shape.join() === `${count},4`;
  if (!fits || !(offset >= 0) || !(options.classes >= 1))
    refuse(
      `decodes boxes ${formatShape(encodings)} with anchors ${formatShape(anchors.shape)} and scores ${formatShape(predictions)} of ${options.classes} classes; one image, 4 numbers for a box, and as many of each are supported`,
    );
  const boxes = decodeBoxes(c, c.reshaped(context.value(0), [count, 4]), anchors, options);
  const scores = c.reshaped(context.value(1), [count, all]);
  const ofClasses =
    offset === 0
      ? scores
      : c.add(step('slice', [scores], { starts: [0, offset], ends: [count, all], steps: [1, 1] }));
  const best = c.add(largest(c, ofClasses, [1], false));
  const which = c.add(indexOfExtreme(c, ofClasses, 1, { side: 'max', keeps: false }));
  const { rows, count: found } = select(c, boxes, [best, which], options);
  const { detections } = options;
  const part = (from: number, to: number): string =>
    c.add(step('slice', [rows], { starts: [0, from], ends: [detections, to], steps: [1, 1] }));
  const result = (value: string, shape: readonly number[]): NodeResult =>
    context.node('reshape', [value], { shape });
  return [
    result(part(0, 4), [1, detections, 4]),
    result(part(4, 5), [1, detections]),
    result(part(5, 6), [1, detections]),
    result(found, [1]),
  ];
}
