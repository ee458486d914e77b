/**
 * @file The heads of MediaPipe's detectors, of which BlazeFace is one: a box is a centre and a size in pixels, off an anchor, with points
 * behind it; a score is a logit. Source: MediaPipe's ssd_anchors_calculator.cc and tensors_to_detections_calculator.cc.
 */
import {
  cellCount,
  type Decoder,
  forEachCell,
  gridsOf,
  type OutputShape,
  type Size,
  setBox,
  sigmoid,
} from './candidates.js';

/** A detector's grids: how many anchors each cell of a stride has. All anchors are points. */
type Layout = readonly (readonly [stride: number, anchorsOfCell: number])[];

const layouts: readonly Layout[] = [
  // Faces that are near, palms.
  [
    [8, 2],
    [16, 6],
  ],
  // Faces that are far away.
  [[4, 1]],
  // Bodies.
  [
    [8, 2],
    [16, 2],
    [32, 6],
  ],
];

const countsOf = (size: Size, layout: Layout): number[] =>
  layout.map(([stride, ofCell]) => cellCount(gridsOf(size, [stride])) * ofCell);

/** The layout that has as many anchors: together, or each grid by itself. */
const layoutOf = (size: Size, counts: readonly number[]): Layout | undefined =>
  layouts.find((layout) => {
    const own = countsOf(size, layout);
    const total = own.reduce((sum, count) => sum + count, 0);
    return counts.length === 1 ? counts[0] === total : String(own) === String(counts);
  });

/** The anchors' centres in pixels, x and y of each. */
function anchorCentres(size: Size, layout: Layout): number[] {
  const centres: number[] = [];
  for (const [stride, ofCell] of layout) {
    forEachCell(gridsOf(size, [stride]), (_, column, row) => {
      for (let i = 0; i < ofCell; i++) centres.push((column + 0.5) * stride, (row + 0.5) * stride);
    });
  }
  return centres;
}

const elements = ({ shape }: OutputShape): number => shape.reduce((product, side) => product * side, 1);

/** Logits beyond this say nothing more. */
const clip = 100;

/** The decoder of `[1, A, 4 + 2P]` boxes with points and `[1, A, 1]` scores, in one tensor each or one for each grid. */
export function findMediaPipe(outputs: readonly OutputShape[], size: Size): Decoder | undefined {
  const bySize = [...outputs].sort((a, b) => elements(b) - elements(a));
  const boxed = bySize.filter(({ shape: [batch, , row = 0], shape: { length } }) => {
    return length === 3 && batch === 1 && row > 4 && row <= 24 && row % 2 === 0;
  });
  const scored = bySize.filter((output) => !boxed.includes(output));
  const counts = boxed.map(({ shape }) => shape[1] as number);
  const row = boxed[0]?.shape[2] ?? 0;
  const layout = layoutOf(size, counts);
  const isFitting =
    String(scored.map(elements)) === String(counts) && boxed.every(({ shape }) => shape[2] === row);
  if (layout === undefined || !isFitting) return undefined;
  const centres = anchorCentres(size, layout);
  const pointCount = (row - 4) / 2;
  return ({ tensors }) => {
    const joined = (from: readonly OutputShape[]): number[] =>
      from.flatMap(({ name }) => Array.from(tensors.get(name)?.data ?? []));
    const [raw, logits] = [joined(boxed), joined(scored)];
    const boxes = new Float32Array(4 * logits.length);
    const points = new Float32Array(2 * pointCount * logits.length);
    logits.forEach((_, i) => {
      const [x, y] = [centres[2 * i] as number, centres[2 * i + 1] as number];
      const at = (k: number): number => raw[row * i + k] as number;
      setBox(boxes, i, at(0) + x, at(1) + y, at(2), at(3));
      for (let p = 0; p < 2 * pointCount; p++)
        points[2 * pointCount * i + p] = at(4 + p) + (p % 2 === 0 ? x : y);
    });
    const scores = Float32Array.from(logits, (logit) => sigmoid(Math.max(-clip, Math.min(clip, logit))));
    return { boxes, scores, classes: 1, points };
  };
}
