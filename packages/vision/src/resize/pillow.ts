/**
 * @file Resizing as Pillow does it, bit for bit: along x, then along y, each pass in integers of 22 bits and rounded to bytes. A filter's
 * support grows with the reduction, so that nothing aliases. Source: https://github.com/python-pillow/Pillow,
 * src/libImaging/Resample.c, and Geometry.c for `nearest`.
 */
import { type Image, resampleAxis, type Taps, type Target, windowOf } from './planes.js';

/** Pillow's filters. */
export type PillowFilter = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

interface Filter {
  readonly support: number;
  at(x: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
/** Of Keys' cubic; OpenCV and PyTorch take −0.75. */
const a = -0.5;

const filters: Readonly<Record<Exclude<PillowFilter, 'nearest'>, Filter>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    at: (signed) => {
      const x = Math.abs(signed);
      if (x === 0) return 1;
      return x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI));
    },
  },
  bicubic: {
    support: 2,
    at: (signed) => {
      const x = Math.abs(signed);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

const precisionBits = 22;

/** Towards zero, as a conversion to int in C. */
const toFixed = (weight: number): number =>
  Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * 2 ** precisionBits);

function planTaps(
  inputSize: number,
  outputSize: number,
  { support: reach, at }: Filter,
  from: number,
  count: number,
): Taps[] {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(1, scale);
  const support = reach * filterScale;
  const inverse = 1 / filterScale;
  return Array.from({ length: count }, (_, i) => {
    const centre = (from + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: last - first }, (_unused, x) =>
      at((x + first - centre + 0.5) * inverse),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => toFixed(sum === 0 ? weight : weight / sum)) };
  });
}

const half = 2 ** (precisionBits - 1);
const toByte = (sum: number): number => {
  const value = Math.floor((sum + half) / 2 ** precisionBits);
  return Math.max(0, Math.min(255, value));
};

/** The nearest positions; Pillow adds up steps, whose rounding decides between two that are equally near. */
function nearestPositions(size: number, wanted: number, from: number, count: number): number[] {
  const step = size / wanted;
  const positions: number[] = [];
  let at = step * 0.5;
  for (let i = 0; i < from + count; i++, at += step) {
    if (i >= from) positions.push(Math.min(size - 1, Math.trunc(at)));
  }
  return positions;
}

function resizeNearest({ data, width, height, channels }: Image, target: Target): Image {
  const { left, top, width: columns, height: rows } = windowOf(target);
  const result = new Uint8Array(rows * columns * channels);
  const across = nearestPositions(width, target.width, left, columns);
  let out = 0;
  for (const row of nearestPositions(height, target.height, top, rows)) {
    for (const column of across) {
      for (let c = 0; c < channels; c++)
        result[out++] = data[(row * width + column) * channels + c] as number;
    }
  }
  return { data: result, width: columns, height: rows, channels };
}

/** Resizes as `Image.resize(size, filter)` does. */
export function resizeAsPillow(image: Image, target: Target, name: PillowFilter): Image {
  if (name === 'nearest') return resizeNearest(image, target);
  const filter = filters[name];
  const { height, width, channels } = image;
  const window = windowOf(target);
  const isWhole = (size: number, wanted: number, from: number, count: number): boolean =>
    size === wanted && from === 0 && count === size;
  let { data } = image;
  if (!isWhole(width, target.width, window.left, window.width)) {
    const taps = planTaps(width, target.width, filter, window.left, window.width);
    const narrow = new Uint8Array(height * window.width * channels);
    data = resampleAxis(data, [height, width, channels], taps, narrow, toByte);
  }
  if (!isWhole(height, target.height, window.top, window.height)) {
    const taps = planTaps(height, target.height, filter, window.top, window.height);
    const inner = window.width * channels;
    data = resampleAxis(data, [1, height, inner], taps, new Uint8Array(window.height * inner), toByte);
  }
  return { data, width: window.width, height: window.height, channels };
}
