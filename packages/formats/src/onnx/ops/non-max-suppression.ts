/** @file NonMaxSuppression. Source: https://github.com/onnx/onnx, docs/Operators.md. */
import { createTensor, filled, formatShape } from '@sepconv/tensor';
import { floorDivision } from '../../composites/arithmetic.js';
import { type Composer, step } from '../../composites/composer.js';
import { columns, orderedCorners, scoreAbove } from '../../composites/detection.js';
import { sum } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, type Value } from '../layout.js';
import { composer } from './composing.js';

/** `[center, height, width]`, in whichever order, as corners. */
function cornersOf(c: Composer, boxes: string): string {
  const [centers, sides] = [columns(c, boxes, 0, 2), columns(c, boxes, 2, 4)];
  const halves = c.plain('mul', sides, c.number(0.5));
  const edges = [c.plain('sub', centers, halves), c.plain('add', centers, halves)];
  return c.add(step('concat', edges, { axis: 1 }));
}

/** The scores `[B, C, A]` as `[B·A, B·C]`: classes of every image are classes of their own, which boxes of others have no part in. */
function scoresByBox(c: Composer, scores: string): string {
  const [batch, classes, boxes] = c.shape(scores) as readonly [number, number, number];
  const turned = c.add(step('transpose', [scores], { permutation: [0, 2, 1] }));
  if (batch === 1) return c.reshaped(turned, [boxes, classes]);
  const ofOthers = (count: number): string[] =>
    count === 0 ? [] : [c.constant(filled('float32', [boxes, count * classes], -Infinity))];
  const rows = Array.from({ length: batch }, (_, image) => {
    const whole = { starts: [image, 0, 0], ends: [image + 1, boxes, classes], steps: [1, 1, 1] };
    const own = c.reshaped(c.add(step('slice', [turned], whole)), [boxes, classes]);
    return c.add(step('concat', [...ofOthers(image), own, ...ofOthers(batch - 1 - image)], { axis: 1 }));
  });
  return c.add(step('concat', rows, { axis: 0 }));
}

/** `a` modulo a constant, of whole numbers, and the quotient. */
function divided(c: Composer, value: string, by: number): { quotient: string; rest: string } {
  const quotient = c.add(floorDivision(c, value, c.number(by)));
  return { quotient, rest: c.plain('sub', value, c.plain('mul', quotient, c.number(by))) };
}

/**
 * NonMaxSuppression: boxes `[B, A, 4]`, scores `[B, C, A]`; a row `[image, class, box]` for each box that is chosen, as many as a run
 * tells, class by class.
 */
export function readNonMaxSuppression(context: NodeContext): Value {
  const [boxShape, scoreShape] = [context.shape(0), context.shape(1)];
  const [batch = 0, boxes = 0] = boxShape;
  const [images, classes = 0, scored] = scoreShape;
  const fits = boxShape.length === 3 && boxShape[2] === 4 && scoreShape.length === 3;
  if (!fits || images !== batch || scored !== boxes)
    refuse(
      `needs boxes [B, A, 4] and scores [B, C, A], not ${formatShape(boxShape)} and ${formatShape(scoreShape)}`,
    );
  const number = (input: number, what: string, absent: number): number =>
    context.has(input) ? (context.constant(input, what).data[0] ?? absent) : absent;
  const perClass = Math.min(boxes, number(2, 'the number of boxes', 0));
  if (!(perClass >= 1)) refuse('chooses no boxes: max_output_boxes_per_class is 0');
  const c = composer(context);
  const flat = c.reshaped(context.natural(context.value(0)).name, [batch * boxes, 4]);
  const scores = scoresByBox(c, context.reshaped(context.natural(context.value(1)).name, scoreShape));
  const isCentered = context.integerAttribute('center_point_box', 0) !== 0;
  const count = perClass * classes * batch;
  context.state.budget.checkValue([count, 3], 'the list of boxes');
  const corners = orderedCorners(c, isCentered ? cornersOf(c, flat) : flat);
  const rows = c.add(
    step('non-max-suppression', [corners, scores], {
      ...{ count, perClass, order: 'class' },
      mostOverlap: number(3, 'the most overlap', 0),
      leastScore: scoreAbove(number(4, 'the least score', -Infinity)),
    }),
  );
  const [box, ofClass] = [columns(c, rows, 0, 1), columns(c, rows, 1, 2)];
  const isThere = c.plain('less', c.number(-0.5), box);
  const [place, kind] = [divided(c, box, boxes), divided(c, ofClass, classes)];
  const zeros = c.constant(createTensor('float32', [count, 1], new Float32Array(count)));
  const columnsOfAll = batch === 1 ? [zeros, ofClass, box] : [kind.quotient, kind.rest, place.rest];
  const joined = c.add(step('concat', columnsOfAll, { axis: 1 }));
  const total = c.reshaped(c.add(sum(c, isThere, [0, 1], true)), [1]);
  const name = context.emit('mask', [joined, isThere], {});
  context.state.openRows.set(name, total);
  return context.result(name, naturalOrder(2));
}
