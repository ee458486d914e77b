/**
 * @file What MediaPipe's networks do with landmarks: the part of an image around some of them is turned upright and looked at once more.
 * Matrices are 4×4, of which the first two rows turn and move a point. Source: https://github.com/google-ai-edge/mediapipe,
 * util/tflite/operations.
 */
import { createTensor, type Tensor } from '@sepconv/tensor';
import { angle } from './arithmetic.js';
import { type Composer, type Step, step } from './composer.js';
import { gatheredAt } from './gathering.js';
import { matrixProduct } from './movements.js';
import { largest, smallest } from './reductions.js';

const column = (numbers: readonly number[]): Tensor<'float32'> =>
  createTensor('float32', [numbers.length], Float32Array.from(numbers));

/** A part of a matrix. */
const part = (c: Composer, matrix: string, starts: number[], ends: number[]): string =>
  c.add(step('slice', [matrix], { starts, ends, steps: [1, 1] }));

/** One number of a matrix, `[1]`. */
const entry = (c: Composer, matrix: string, row: number, at: number): string =>
  c.reshaped(part(c, matrix, [row, at], [row + 1, at + 1]), [1]);

/** What surrounds some landmarks. */
export interface Crop {
  /** Two landmarks whose line is turned to the `target` angle, in radians. */
  readonly left: number;
  readonly right: number;
  readonly target: number;
  /** The landmarks that it has to surround. */
  readonly subset: readonly number[];
  /** By how much it is larger than they need, across and down. */
  readonly scales: readonly [number, number];
  /** Of the image that it becomes: width and height. */
  readonly size: readonly [number, number];
}

/** `[1, 4, 4]`: where each pixel of the upright part lies, for landmarks `[N, 3]`. */
export function cropMatrix(c: Composer, landmarks: string, crop: Crop): Step {
  const times: Op = (a, b) => c.plain('mul', a, b);
  const plus: Op = (a, b) => c.plain('add', a, b);
  const minus: Op = (a, b) => c.plain('sub', a, b);
  const { left, right, target, subset, scales, size } = crop;
  const [dx, dy] = [0, 1].map((axis) =>
    minus(entry(c, landmarks, right, axis), entry(c, landmarks, left, axis)),
  ) as [string, string];
  const turn = minus(c.number(target), c.add(angle(c, dy, dx)));
  const [cos, sin] = [c.plain('cos', turn), c.plain('sin', turn)];
  const points = c.add(gatheredAt(c, landmarks, 0, { data: subset, shape: [subset.length] }));
  const [x, y] = [0, 1].map((axis) => part(c, points, [0, axis], [subset.length, axis + 1])) as [
    string,
    string,
  ];
  const upright = [minus(times(x, cos), times(y, sin)), plus(times(x, sin), times(y, cos))];
  const [across, down] = upright.map((along, axis) => {
    const [most, least] = [largest, smallest].map((reduce) =>
      c.reshaped(c.add(reduce(c, along, [0], true)), [1]),
    ) as [string, string];
    return {
      middle: times(plus(most, least), c.number(0.5)),
      scale: times(minus(most, least), c.number((scales[axis] as number) / (size[axis] as number))),
    };
  }) as [Extent, Extent];
  const rows = [
    {
      factors: [times(cos, across.scale), times(sin, down.scale)],
      center: plus(times(across.middle, cos), times(down.middle, sin)),
    },
    {
      factors: [c.plain('neg', times(sin, across.scale)), times(cos, down.scale)],
      center: minus(times(down.middle, cos), times(across.middle, sin)),
    },
  ].flatMap(({ factors: [a, b], center }) => {
    const offset = plus(
      times(a as string, c.number(-(size[0] / 2))),
      times(b as string, c.number(-(size[1] / 2))),
    );
    return [a as string, b as string, c.number(0), plus(offset, center)];
  });
  const rest = c.constant(column([0, 0, 1, 0, 0, 0, 0, 1]));
  return step('reshape', [c.add(step('concat', [...rows, rest], { axis: 0 }))], { shape: [1, 4, 4] });
}

type Op = (a: string, b: string) => string;

/** Of turned landmarks along one axis: the middle, and how much a pixel is. */
interface Extent {
  readonly middle: string;
  readonly scale: string;
}

/** Landmarks `[N, 2]` or `[N, 3]`, turned and moved by a matrix `[4, 4]`; a depth stays. */
export function movedLandmarks(c: Composer, landmarks: string, matrix: string): string {
  const [count = 0, depth = 0] = c.shape(landmarks);
  const turned = c.add(
    matrixProduct(
      c,
      [part(c, landmarks, [0, 0], [count, 2]), part(c, matrix, [0, 0], [2, 2])],
      [false, true],
    ),
  );
  const offset = c.reshaped(part(c, matrix, [0, 3], [2, 4]), [1, 2]);
  const moved = c.plain('add', turned, offset);
  if (depth === 2) return moved;
  return c.add(step('concat', [moved, part(c, landmarks, [0, 2], [count, depth])], { axis: 1 }));
}

/** Pixels `[height · width, C]` at the places that a matrix `[4, 4]` says, between their neighbours; 0 outside of the image `[H, W, C]`. */
export function sampled(
  c: Composer,
  image: string,
  matrix: string,
  [height, width]: readonly [number, number],
): string {
  const [rows = 0, columns = 0, channels = 0] = c.shape(image);
  const count = height * width;
  const grid = (of: (i: number) => number): string =>
    c.constant(column(Array.from({ length: count }, (_, i) => of(i) + 0.5)));
  const [gridX, gridY] = [grid((i) => i % width), grid((i) => Math.floor(i / width))];
  const [across, down] = [0, 1].map((row) => {
    const [a, b, offset] = [0, 1, 3].map((at) => entry(c, matrix, row, at)) as [string, string, string];
    const turned = c.plain('add', c.plain('mul', gridX, a), c.plain('mul', gridY, b));
    const place = c.plain('add', turned, c.plain('sub', offset, c.number(0.5)));
    const whole = c.plain('floor', place);
    const size = row === 0 ? columns : rows;
    const isOut = c.plain(
      'maximum',
      c.plain('less', place, c.number(0)),
      c.plain('less', c.number(size - 1), place),
    );
    return { whole, share: c.reshaped(c.plain('sub', place, whole), [count, 1]), isOut };
  }) as [Place, Place];
  const first = c.plain('add', c.plain('mul', down.whole, c.number(columns)), across.whole);
  const pixels = c.reshaped(image, [rows * columns, channels]);
  const at = (offset: number): string =>
    c.add(step('gather', [pixels, c.plain('add', first, c.number(offset))], { axis: 0, batch: 0 }));
  const between = (a: string, b: string, share: string): string =>
    c.plain('add', c.plain('mul', a, c.plain('sub', c.number(1), share)), c.plain('mul', b, share));
  const [upper, lower] = [0, columns].map((row) => between(at(row), at(row + 1), across.share)) as [
    string,
    string,
  ];
  const isIn = c.plain('equal', c.plain('maximum', across.isOut, down.isOut), c.number(0));
  return c.plain('mask', between(upper, lower, down.share), c.reshaped(isIn, [count, 1]));
}

/** Places along one axis. */
interface Place {
  readonly whole: string;
  /** How far it is on the way to the next pixel, as a column. */
  readonly share: string;
  readonly isOut: string;
}
