/** @file SSD: boxes off anchors with a size, or decoded already, or already chosen by the network. */
import { formatShape } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import { type Decoder, type OutputShape, type Size, sigmoid } from './candidates.js';

/** An SSD whose boxes are still off its anchors. */
export interface SsdHead {
  /** `[A, 4]`: y and x of each anchor's centre, its height and its width, in parts of the input. */
  readonly anchors: ArrayLike<number>;
  /** What the network's y, x, height and width are divided by. Default `[10, 10, 5, 5]`, as TensorFlow's detectors. */
  readonly scales?: readonly [number, number, number, number];
  /** How scores become probabilities. Default `'sigmoid'`; `'none'` where the network does it. */
  readonly scores?: 'sigmoid' | 'softmax' | 'none';
}

const isOf = ({ shape }: OutputShape, ...sides: readonly (number | undefined)[]): boolean =>
  shape.length === sides.length && sides.every((side, i) => side === undefined || side === shape[i]);

/** Boxes `[1, A, 4]` and scores `[1, A, C]`, in either order. */
function pairOf(outputs: readonly OutputShape[]): { boxes: OutputShape; scores: OutputShape } | undefined {
  const boxes = outputs.find((output) => isOf(output, 1, undefined, 4));
  const scores = outputs.find((output) => output !== boxes && isOf(output, 1, boxes?.shape[1], undefined));
  return outputs.length === 2 && boxes && scores ? { boxes, scores } : undefined;
}

/** Scores of all classes but the first, which is the background where there are several. */
function withoutBackground(
  data: Float32Array,
  row: number,
  kind: NonNullable<SsdHead['scores']>,
): { scores: Float32Array; classes: number } {
  const skipped = row > 1 ? 1 : 0;
  const classes = row - skipped;
  const scores = new Float32Array((data.length / row) * classes);
  for (let i = 0; i < data.length; i += row) {
    const own = data.subarray(i, i + row);
    const largest = own.reduce((most, value) => Math.max(most, value), -Infinity);
    const sum = own.reduce((total, value) => total + Math.exp(value - largest), 0);
    for (let c = 0; c < classes; c++) {
      const value = own[c + skipped] as number;
      scores[(i / row) * classes + c] =
        kind === 'sigmoid' ? sigmoid(value) : kind === 'softmax' ? Math.exp(value - largest) / sum : value;
    }
  }
  return { scores, classes };
}

/**
 * Boxes off anchors: `y = ty / 10 · height + centre`, `height = exp(th / 5) · height`. Scores have a background first, where there are
 * several. Source: Liu et al., SSD, 2016; TensorFlow Lite's detection_postprocess.cc.
 *
 * @throws {VisionError} when the outputs are none of an SSD, or there are not as many anchors.
 */
export function findSsd(
  outputs: readonly OutputShape[],
  { height, width }: Size,
  { anchors, scales = [10, 10, 5, 5], scores: kind = 'sigmoid' }: SsdHead,
): Decoder {
  const pair = pairOf(outputs);
  const count = pair?.boxes.shape[1] ?? 0;
  if (pair === undefined || typeof anchors?.length !== 'number' || anchors.length !== 4 * count) {
    const shapes = outputs.map(({ shape }) => formatShape(shape)).join(', ');
    throw new VisionError(
      `an SSD has boxes 1×A×4, scores 1×A×C and 4 · A numbers of anchors, but the outputs are ${shapes}, and anchors has ${String(anchors?.length)}`,
    );
  }
  if (!['sigmoid', 'softmax', 'none'].includes(kind)) {
    throw new VisionError(`scores must be 'sigmoid', 'softmax' or 'none', but is ${String(kind)}`);
  }
  return ({ tensors }) => {
    const raw = tensors.get(pair.boxes.name)?.data as Float32Array;
    const boxes = new Float32Array(raw.length);
    for (let i = 0; i < raw.length; i += 4) {
      const anchor = (k: 0 | 1 | 2 | 3): number => anchors[i + k] as number;
      const [cy, cx, h, w] = [anchor(0), anchor(1), anchor(2), anchor(3)];
      const off = (k: 0 | 1 | 2 | 3): number => (raw[i + k] as number) / scales[k];
      const [y, x] = [off(0) * h + cy, off(1) * w + cx];
      const [halfHeight, halfWidth] = [(Math.exp(off(2)) * h) / 2, (Math.exp(off(3)) * w) / 2];
      boxes.set([(y - halfHeight) * height, (x - halfWidth) * width], i);
      boxes.set([(y + halfHeight) * height, (x + halfWidth) * width], i + 2);
    }
    const logits = tensors.get(pair.scores.name)?.data as Float32Array;
    return { boxes, ...withoutBackground(logits, pair.scores.shape[2] as number, kind) };
  };
}

/** Decoded boxes of left, top, right and bottom from 0 to 1, and scores that are probabilities, with a background where there are several. */
export function findBoxes(outputs: readonly OutputShape[], { height, width }: Size): Decoder | undefined {
  const pair = pairOf(outputs);
  if (pair === undefined) return undefined;
  return ({ tensors }) => {
    const corners = tensors.get(pair.boxes.name)?.data as Float32Array;
    const boxes = Float32Array.from(corners, (_, i) => {
      const isY = i % 2 === 0;
      return (corners[isY ? i + 1 : i - 1] as number) * (isY ? height : width);
    });
    const scores = tensors.get(pair.scores.name)?.data as Float32Array;
    return { boxes, ...withoutBackground(scores, pair.scores.shape[2] as number, 'none') };
  };
}

/** What `TFLite_Detection_PostProcess` gives: boxes `[1, N, 4]` from 0 to 1, classes `[1, N]`, scores `[1, N]`, and how many count. */
export function findSelected(outputs: readonly OutputShape[], { height, width }: Size): Decoder | undefined {
  const boxed = outputs.find((output) => isOf(output, 1, undefined, 4));
  const count = boxed?.shape[1];
  const rows = outputs.filter((output) => isOf(output, 1, count));
  const counted = outputs.find((output) => isOf(output, 1));
  const [first, second] = rows;
  if (outputs.length !== 4 || !boxed || !first || !second || !counted) return undefined;
  return ({ tensors }) => {
    const data = (output: OutputShape): Float32Array => tensors.get(output.name)?.data as Float32Array;
    const valid = Math.max(0, Math.min(count as number, data(counted)[0] as number));
    const isWhole = (output: OutputShape): boolean => data(output).subarray(0, valid).every(Number.isInteger);
    // In their usual order classes come first; converters that turn them leave numbers of classes whole.
    const [classed, scored] = isWhole(first) || !isWhole(second) ? [first, second] : [second, first];
    const ofClass = data(classed).subarray(0, valid);
    const classes = 1 + ofClass.reduce((most, value) => Math.max(most, value), 0);
    const scores = new Float32Array(valid * classes);
    ofClass.forEach((index, i) => {
      scores[i * classes + index] = data(scored)[i] as number;
    });
    const boxes = data(boxed).subarray(0, 4 * valid);
    return { boxes: boxes.map((side, i) => side * (i % 2 === 0 ? height : width)), scores, classes };
  };
}
