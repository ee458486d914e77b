/** @file NonMaxSuppressionV2 to V5: the best boxes that do not overlap, as many as a run tells. */
import { greedyChoice } from '../../composites/detection.js';
import { stretchedRows } from '../../composites/movements.js';
import { refuse } from '../../errors.js';
import type { NodeValue } from './context.js';
import type { Open, OpenCall } from './open-call.js';
import { countOf } from './open-sizes.js';

type Result = NodeValue | Open;

/** What the ops give: the fifth gives scores too, the fourth and fifth say how many there are. */
const versions: ReadonlyMap<string, { readonly scores: boolean; readonly found: boolean }> = new Map([
  ['NonMaxSuppression', { scores: false, found: false }],
  ['NonMaxSuppressionV2', { scores: false, found: false }],
  ['NonMaxSuppressionV3', { scores: false, found: false }],
  ['NonMaxSuppressionV4', { scores: false, found: true }],
  ['NonMaxSuppressionV5', { scores: true, found: true }],
]);

export const nonMaxSuppressions = [...versions.keys()];
export const isNonMaxSuppression = (op: string): boolean => versions.has(op);

/** Boxes `[A, 4]` and scores `[A]`, how many boxes at most, the overlap from which one falls out, and the score that it must exceed. */
export function readNonMaxSuppression(call: OpenCall): readonly Result[] {
  const { c, node } = call;
  const number = (index: number, absent: number): number => {
    if (call.given.length <= index) return absent;
    return call.call(call.closed(index)).constant(0, `input ${index}`).data[0] ?? absent;
  };
  if (number(5, 0) !== 0)
    refuse('lowers the scores of boxes that overlap (soft_nms_sigma), which is not supported');
  const given = call.input(1);
  const scores = given.kind === 'rows' ? call.filled(given, -Infinity) : call.value(1);
  const boxes = call.value(0);
  const rows = Math.min(...[boxes, scores].map((name) => call.capacity(name)));
  const wanted = number(2, 0);
  if (!(Number.isInteger(wanted) && wanted >= 1)) refuse(`chooses ${wanted} boxes`);
  const count = Math.min(wanted, rows);
  const chosen = greedyChoice(c, call.cut(boxes, 0, rows), call.cut(scores, 0, rows), {
    count,
    mostOverlap: number(3, node.number('iou_threshold', 0.5)),
    leastScore: number(4, -Infinity),
  });
  const { scores: hasScores, found } = versions.get(node.op) ?? { scores: false, found: false };
  const indices = c.plain('mask', chosen.boxes, chosen.isThere);
  const all = [indices, ...(hasScores ? [chosen.scores] : [])];
  const total = c.add(chosen.found);
  const scalar = c.reshaped(total, []);
  const last: Result[] = found ? [{ kind: 'value', name: scalar }] : [];
  if (node.boolean('pad_to_max_output_size'))
    return [...all.map((name): Result => ({ kind: 'value', name: stretchedRows(c, name, wanted) })), ...last];
  const open = countOf({ value: total, most: count });
  return [...all.map((name): Result => ({ kind: 'rows', name, count: open })), ...last];
}
