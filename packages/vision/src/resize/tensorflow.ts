/**
 * @file Resizing as TensorFlow does it, in float32 and without rounding to bytes: `tf.compat.v1.image.resize_bilinear` with pixel centres
 * at whole numbers or at halves, and `tf.image.resize(…, antialias=True)`. Source: https://github.com/tensorflow/tensorflow,
 * core/kernels/image/resize_bilinear_op.cc and scale_and_translate_op.cc.
 */
import { type Image, type RealImage, resampleAxis, type Taps, type Target, windowOf } from './planes.js';

/** How TensorFlow resizes. */
export type TensorFlowResize =
  | 'bilinear'
  | 'bilinear-half-pixel'
  | 'bilinear-antialias'
  | 'bicubic-antialias';

const { fround } = Math;

interface Between {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
}

function planBetween(size: number, wanted: number, from: number, count: number, isHalf: boolean): Between[] {
  const scale = fround(size / wanted);
  return Array.from({ length: count }, (_, i) => {
    const x = from + i;
    const at = isHalf ? fround(fround(fround(x + 0.5) * scale) - 0.5) : fround(x * scale);
    const floor = Math.floor(at);
    const upper = isHalf ? Math.ceil(at) : floor + 1;
    return {
      lower: Math.min(size - 1, Math.max(0, floor)),
      upper: Math.max(0, Math.min(size - 1, upper)),
      share: fround(at - floor),
    };
  });
}

function resizeBilinear(
  { data, width, height, channels }: Image,
  target: Target,
  isHalf: boolean,
): RealImage {
  const window = windowOf(target);
  const columns = planBetween(width, target.width, window.left, window.width, isHalf);
  const rows = planBetween(height, target.height, window.top, window.height, isHalf);
  const result = new Float32Array(window.height * window.width * channels);
  const at = (row: number, column: number, channel: number): number =>
    data[(row * width + column) * channels + channel] as number;
  const mix = (from: number, to: number, share: number): number =>
    fround(from + fround(fround(to - from) * share));
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < channels; c++) {
        const top = mix(at(row.lower, column.lower, c), at(row.lower, column.upper, c), column.share);
        const bottom = mix(at(row.upper, column.lower, c), at(row.upper, column.upper, c), column.share);
        result[out++] = mix(top, bottom, row.share);
      }
    }
  }
  return { data: result, width: window.width, height: window.height, channels };
}

interface Kernel {
  readonly radius: number;
  at(x: number): number;
}

const triangle: Kernel = { radius: 1, at: (x) => Math.max(0, 1 - x) };
/** Keys' cubic with −0.5. */
const cubic: Kernel = {
  radius: 2,
  at: (x) => {
    if (x >= 2) return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
  },
};

function planSpans(size: number, wanted: number, from: number, count: number, kernel: Kernel): Taps[] {
  const inverse = fround(1 / fround(wanted / size));
  const kernelScale = Math.max(inverse, 1);
  return Array.from({ length: count }, (_, i) => {
    const sample = fround(fround(from + i + 0.5) * inverse);
    const reach = kernel.radius * kernelScale;
    const first = Math.max(0, Math.ceil(fround(sample - reach - 0.5)));
    const last = Math.min(size - 1, Math.floor(fround(sample + reach - 0.5)));
    const weights = Array.from({ length: Math.max(0, last - first + 1) }, (_unused, t) =>
      fround(kernel.at(Math.abs(fround(fround(first + t + 0.5) - sample)) / kernelScale)),
    );
    const sum = weights.reduce((total, weight) => fround(total + weight), 0);
    return { first, weights: weights.map((weight) => fround(weight / sum)) };
  });
}

function resizeSpans({ data, width, height, channels }: Image, target: Target, kernel: Kernel): RealImage {
  const window = windowOf(target);
  const rows = planSpans(height, target.height, window.top, window.height, kernel);
  const columns = planSpans(width, target.width, window.left, window.width, kernel);
  const inner = width * channels;
  const short = new Float32Array(window.height * inner);
  resampleAxis(data, [1, height, inner], rows, short, fround);
  const result = new Float32Array(window.height * window.width * channels);
  resampleAxis(short, [window.height, width, channels], columns, result, fround);
  return { data: result, width: window.width, height: window.height, channels };
}

/** Resizes as TensorFlow does. */
export function resizeAsTensorFlow(image: Image, target: Target, name: TensorFlowResize): RealImage {
  switch (name) {
    case 'bilinear':
      return resizeBilinear(image, target, false);
    case 'bilinear-half-pixel':
      return resizeBilinear(image, target, true);
    case 'bilinear-antialias':
      return resizeSpans(image, target, triangle);
    case 'bicubic-antialias':
      return resizeSpans(image, target, cubic);
  }
}
