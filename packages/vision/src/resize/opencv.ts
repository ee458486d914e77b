/**
 * @file Resizing as OpenCV does it for bytes: `INTER_LINEAR` in integers of 11 bits, which looks at two pixels along an axis however
 * much an image shrinks, and `INTER_AREA`. Builds of OpenCV with vector instructions of their own (IPP) may differ by one step.
 * Source: https://github.com/opencv/opencv, modules/imgproc/src/resize.cpp.
 */
import { roundHalfEven } from '@sepconv/tensor';
import { type Image, type Taps, type Target, windowOf } from './planes.js';

/** OpenCV's interpolations. */
export type OpenCvResize = 'linear' | 'area';

const { fround } = Math;
const coefficientScale = 2 ** 11;

interface Pair {
  readonly first: number;
  readonly second: number;
  readonly weights: readonly [number, number];
}

/** `at` gives the position before and the share of the one behind it. */
function planPairs(
  size: number,
  from: number,
  count: number,
  isAlongRow: boolean,
  at: (x: number) => readonly [position: number, share: number],
): Pair[] {
  return Array.from({ length: count }, (_, i) => {
    let [first, share] = at(from + i);
    // Along a row the share is dropped at the borders; rows themselves are taken twice, and both rounded.
    if (isAlongRow && first < 0) share = 0;
    if (isAlongRow && first >= size - 1) share = 0;
    const clamp = (position: number): number => Math.min(size - 1, Math.max(0, position));
    const second = isAlongRow ? clamp(Math.max(0, first) + 1) : clamp(first + 1);
    first = clamp(first);
    const weights = [
      roundHalfEven(fround(1 - share) * coefficientScale),
      roundHalfEven(share * coefficientScale),
    ] as const;
    return { first, second, weights };
  });
}

/** Half-pixel centres. */
const linearAt =
  (scale: number) =>
  (x: number): readonly [number, number] => {
    const at = fround((x + 0.5) * scale - 0.5);
    const floor = Math.floor(at);
    return [floor, fround(at - floor)];
  };

/** Where `INTER_AREA` enlarges, pixels stay as sharp as they can. */
const enlargedAt =
  (scale: number) =>
  (x: number): readonly [number, number] => {
    const first = Math.floor(x * scale);
    const share = fround(x + 1 - (first + 1) / scale);
    return [first, share <= 0 ? 0 : fround(share - Math.floor(share))];
  };

function resizePairs(
  { data, width, height, channels }: Image,
  target: Target,
  positions: (scale: number) => (x: number) => readonly [number, number],
): Image {
  const window = windowOf(target);
  const columns = planPairs(width, window.left, window.width, true, positions(width / target.width));
  const rows = planPairs(height, window.top, window.height, false, positions(height / target.height));
  const result = new Uint8Array(window.height * window.width * channels);
  const along = (row: number, { first, second, weights }: Pair, c: number): number =>
    (data[(row * width + first) * channels + c] as number) * weights[0] +
    (data[(row * width + second) * channels + c] as number) * weights[1];
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < channels; c++) {
        const upper = (row.weights[0] * (along(row.first, column, c) >> 4)) >> 16;
        const lower = (row.weights[1] * (along(row.second, column, c) >> 4)) >> 16;
        result[out++] = Math.min(255, Math.max(0, (upper + lower + 2) >> 2));
      }
    }
  }
  return { data: result, width: window.width, height: window.height, channels };
}

/** How much of each pixel lies under an output pixel, as `computeResizeAreaTab`. */
function planAreas(size: number, wanted: number, from: number, count: number): Taps[] {
  const scale = size / wanted;
  return Array.from({ length: count }, (_, i) => {
    const start = (from + i) * scale;
    const end = start + scale;
    const cell = Math.min(scale, size - start);
    const whole = Math.min(Math.ceil(start), size - 1);
    const last = Math.min(Math.floor(end), size - 1);
    const inner = Math.min(whole, last);
    const weights: number[] = [];
    let first = inner;
    if (inner - start > 1e-3) {
      first = inner - 1;
      weights.push(fround((inner - start) / cell));
    }
    for (let x = inner; x < last; x++) weights.push(fround(1 / cell));
    if (end - last > 1e-3) weights.push(fround(Math.min(Math.min(end - last, 1), cell) / cell));
    return { first, weights };
  });
}

function resizeAreas({ data, width, height, channels }: Image, target: Target): Image {
  const window = windowOf(target);
  const columns = planAreas(width, target.width, window.left, window.width);
  const rows = planAreas(height, target.height, window.top, window.height);
  const result = new Uint8Array(window.height * window.width * channels);
  const rowSum = (row: number, { first, weights }: Taps, c: number): number =>
    weights.reduce(
      (sum, weight, t) =>
        fround(sum + fround((data[(row * width + first + t) * channels + c] as number) * weight)),
      0,
    );
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < channels; c++) {
        const sum = row.weights.reduce(
          (total, weight, t) => fround(total + fround(weight * rowSum(row.first + t, column, c))),
          0,
        );
        result[out++] = Math.min(255, Math.max(0, roundHalfEven(sum)));
      }
    }
  }
  return { data: result, width: window.width, height: window.height, channels };
}

/** Where both sides shrink by whole numbers, each pixel is the mean of a block; halves go up where it is 2×2. */
function resizeBlocks({ data, width, channels }: Image, target: Target, stepX: number, stepY: number): Image {
  const window = windowOf(target);
  const result = new Uint8Array(window.height * window.width * channels);
  const share = fround(1 / (stepX * stepY));
  let out = 0;
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let row = 0; row < stepY; row++) {
          for (let column = 0; column < stepX; column++) {
            const at = ((window.top + y) * stepY + row) * width + (window.left + x) * stepX + column;
            sum += data[at * channels + c] as number;
          }
        }
        result[out++] = stepX === 2 && stepY === 2 ? (sum + 2) >> 2 : roundHalfEven(fround(sum * share));
      }
    }
  }
  return { data: result, width: window.width, height: window.height, channels };
}

/** Resizes as `cv::resize` does. */
export function resizeAsOpenCv(image: Image, target: Target, name: OpenCvResize): Image {
  const stepX = image.width / target.width;
  const stepY = image.height / target.height;
  const isWhole = Number.isInteger(stepX) && Number.isInteger(stepY);
  if (stepX === 1 && stepY === 1 && target.window === undefined) return image;
  // OpenCV itself takes the mean where INTER_LINEAR halves both sides.
  if (isWhole && (name === 'area' || (stepX === 2 && stepY === 2))) {
    return resizeBlocks(image, target, stepX, stepY);
  }
  if (name === 'linear') return resizePairs(image, target, linearAt);
  return stepX >= 1 && stepY >= 1 ? resizeAreas(image, target) : resizePairs(image, target, enlargedAt);
}
