/**
 * @file The ends of detectors: TFLite_Detection_PostProcess, which decodes the boxes of an SSD and keeps the best ones that do not
 * overlap, and NON_MAX_SUPPRESSION. Sources: https://github.com/tensorflow/tensorflow, lite/kernels/detection_postprocess.cc and
 * lite/kernels/internal/reference/non_max_suppression.h.
 */
import { formatShape, zeros } from '@sepconv/tensor';
import { type Composer, type Step, step } from '../../composites/composer.js';
import {
  bestClasses,
  type Chosen,
  chosenBoxes,
  chosenRows,
  decodedBoxes,
  greedyChoice,
} from '../../composites/detection.js';
import { stretched, stretchedRows } from '../../composites/movements.js';
import { largest } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { readFlexMap } from '../flex-map.js';

/** What the file says. */
interface Options {
  readonly detections: number;
  /** How many classes each box is given with. */
  readonly classesOfBox: number;
  /** How many boxes of a class there may be, where each class is by itself; otherwise a box counts by its best class. */
  readonly perClass?: number;
  readonly leastScore: number;
  readonly mostOverlap: number;
  readonly classes: number;
  /** Of y, x, height and width. */
  readonly scales: readonly number[];
}

function readOptions(context: OperatorContext): Options {
  const { numbers: said } = readFlexMap(context.operator.customOptions);
  const number = (name: string): number => said.get(name) ?? refuse(`has no option ${name}`);
  const count = (name: string, missing: number): number => {
    const found = said.get(name) ?? missing;
    return Number.isInteger(found) && found >= 1 ? found : refuse(`has ${name} ${found}, not 1 or more`);
  };
  const isByClass = (said.get('use_regular_nms') ?? 0) !== 0;
  return {
    detections: count('max_detections', 0),
    classesOfBox: count('max_classes_per_detection', 1),
    ...(isByClass && { perClass: count('detections_per_class', 100) }),
    leastScore: number('nms_score_threshold'),
    mostOverlap: number('nms_iou_threshold'),
    classes: number('num_classes'),
    scales: ['y_scale', 'x_scale', 'h_scale', 'w_scale'].map(number),
  };
}

/** Boxes, scores of all classes but the background, and anchors, as matrices. */
function readInputs(context: OperatorContext, c: Composer, { classes, scales }: Options) {
  const [encodings, predictions] = [context.shape(0), context.shape(1)];
  const anchors = context.constant(2, 'the anchors');
  const [images, count = 0, size = 0] = encodings;
  const all = predictions[2] ?? 0;
  const background = all - classes;
  const fits =
    images === 1 &&
    size >= 4 &&
    predictions[0] === 1 &&
    predictions[1] === count &&
    anchors.shape.join() === `${count},4`;
  if (!fits || !(background === 0 || background === 1) || !(classes >= 1))
    refuse(
      `decodes boxes ${formatShape(encodings)} with anchors ${formatShape(anchors.shape)} and scores ${formatShape(predictions)} of ${classes} classes; one image, 4 numbers or more for a box, and as many of each are supported`,
    );
  const part = (value: string, width: number, from: number, to: number): string => {
    const rows = c.reshaped(value, [count, width]);
    if (from === 0 && to === width) return rows;
    return c.add(step('slice', [rows], { starts: [0, from], ends: [count, to], steps: [1, 1] }));
  };
  return {
    boxes: decodedBoxes(c, part(context.value(0), size, 0, 4), anchors.data, scales),
    scores: part(context.value(1), all, background, all),
  };
}

/** A matrix with zeros for columns that are missing. */
function widened(c: Composer, value: string, width: number): string {
  const [rows = 0, own = 0] = c.shape(value);
  if (own === width) return value;
  return c.add(step('concat', [value, c.constant(zeros('float32', [rows, width - own]))], { axis: 1 }));
}

/** For each chosen box its edges, classes and scores, as rows with `classesOfBox` columns of each. */
interface Detections {
  readonly chosen: Chosen;
  readonly classes: string;
  readonly scores: string;
}

function detect(c: Composer, boxes: string, scores: string, options: Options): Detections {
  const { detections: count, perClass, classesOfBox, leastScore, mostOverlap } = options;
  const limits = { count, leastScore, mostOverlap };
  if (perClass !== undefined) {
    const chosen = chosenBoxes(c, boxes, scores, { ...limits, perClass });
    return {
      chosen,
      classes: c.reshaped(chosen.classes, [count, 1]),
      scores: c.reshaped(chosen.scores, [count, 1]),
    };
  }
  const best = c.add(largest(c, scores, [1], true));
  const chosen = chosenBoxes(c, boxes, best, { ...limits, perClass: count });
  return { chosen, ...bestClasses(c, chosen, scores, Math.min(classesOfBox, options.classes)) };
}

/** TFLite_Detection_PostProcess: boxes, classes, scores, and how many of them count. */
export function readDetectionPostProcess(context: OperatorContext): readonly NodeResult[] {
  const options = readOptions(context);
  const { detections, classesOfBox, perClass } = options;
  const all = detections * classesOfBox;
  context.state.budget.checkValue([all, 4], 'the list of detections');
  context.state.budget.charge(16 * all, 'the list of detections');
  const c = composerOf(context);
  const { boxes, scores } = readInputs(context, c, options);
  const found = detect(c, boxes, scores, options);
  const result = (value: string, shape: readonly number[]): NodeResult =>
    context.node('reshape', [value], { shape });
  // A box stands there for each of its classes; where it has one by itself, rows of zeros follow.
  const rowOf = (value: string, width: number): string =>
    perClass === undefined ? widened(c, value, width) : stretchedRows(c, value, all);
  const edges = chosenRows(c, found.chosen, boxes);
  const once = c.reshaped(edges, [detections, 1, 4]);
  const everyEdge =
    perClass === undefined
      ? c.add(stretched(c, once, [detections, classesOfBox, 4]))
      : stretchedRows(c, edges, all);
  const count = found.chosen.found;
  return [
    result(everyEdge, [1, all, 4]),
    result(rowOf(found.classes, classesOfBox), [1, all]),
    result(rowOf(found.scores, classesOfBox), [1, all]),
    context.node(count.op, count.inputs, count.attributes as never),
  ];
}

/** NON_MAX_SUPPRESSION_V4, and V5, which gives the scores too: which boxes, and how many of them count. */
export const readNonMaxSuppression =
  (hasScores: boolean) =>
  (context: OperatorContext): readonly NodeResult[] => {
    const c = composerOf(context);
    const number = (input: number, what: string): number => context.constant(input, what).data[0] as number;
    if (hasScores && number(5, 'the softness') !== 0)
      refuse('lowers the scores of boxes that overlap (soft_nms_sigma), which is not supported');
    const count = number(2, 'the number of boxes');
    const chosen = greedyChoice(c, context.value(0), context.value(1), {
      count,
      mostOverlap: number(3, 'the most overlap'),
      leastScore: number(4, 'the least score'),
    });
    const last = ({ op, inputs, attributes }: Step): NodeResult =>
      context.node(op, inputs, attributes as never);
    const scores = step('reshape', [chosen.scores], { shape: [count] });
    return [
      last(step('mask', [chosen.boxes, chosen.isThere])),
      ...(hasScores ? [last(scores)] : []),
      last(step('reshape', [c.add(chosen.found)], { shape: [] })),
    ];
  };
