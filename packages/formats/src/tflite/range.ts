/**
 * @file Where a quantized network clips. The integers that an op stores stand for numbers between
 * `scale · (smallest − zeroPoint)` and `scale · (largest − zeroPoint)`, and the network was trained or calibrated with
 * that: computed in float32, it needs a clamp to those numbers, joined with the fused activation.
 */
import { refuse } from '../errors.js';
import { describeTensor } from './constants.js';
import type { TfliteTensor } from './model.js';

/** All numbers from `min` to `max`; infinite where there is no bound. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** No bound. */
export const everything: Interval = { min: -Infinity, max: Infinity };

/** The numbers that the schema's fused activations let through, by the activation's number. */
const activations: readonly (Interval | string)[] = [
  everything,
  { min: 0, max: Infinity },
  { min: -1, max: 1 },
  { min: 0, max: 6 },
  'TANH',
  'SIGN_BIT',
];

/** What a fused activation lets through. */
export function activationInterval(activation: number): Interval {
  const interval = activations[activation];
  if (typeof interval === 'object') return interval;
  refuse(
    `the fused activation ${interval ?? activation} is not supported; NONE, RELU, RELU6 and RELU_N1_TO_1 are`,
  );
}

/** The stored integers of the types that activations can have. */
const storedRanges = {
  uint8: { min: 0, max: 255 },
  int8: { min: -128, max: 127 },
  int16: { min: -32768, max: 32767 },
} as const;

/** How a value's numbers are stored. */
export interface ValueQuantization {
  readonly dtype: keyof typeof storedRanges;
  readonly scale: number;
  readonly zeroPoint: number;
  /** The numbers that can be stored, rounded to float32. */
  readonly range: Interval;
}

/** The quantization of a value that the network computes; `undefined` for float32. */
export function valueQuantization(tensor: TfliteTensor): ValueQuantization | undefined {
  const { type, quantization } = tensor;
  if (type === 'float32') return undefined;
  if (quantization === undefined || !(type === 'uint8' || type === 'int8' || type === 'int16')) {
    refuse(
      `${describeTensor(tensor)} holds ${type}${quantization === undefined ? ' without quantization' : ''}, but a network computes float32, or quantized uint8, int8 or int16`,
    );
  }
  const [scale = 0, ...moreScales] = quantization.scale;
  const [zeroPoint = Number.NaN, ...moreZeroPoints] = quantization.zeroPoint;
  const stored = storedRanges[type];
  if (moreScales.length + moreZeroPoints.length > 0) {
    refuse(`${describeTensor(tensor)} is computed, but quantized per channel, which only weights may be`);
  }
  if (!(scale > 0 && Number.isFinite(scale))) {
    refuse(`${describeTensor(tensor)} has the scale ${scale}, which must be positive and finite`);
  }
  if (!(zeroPoint >= stored.min && zeroPoint <= stored.max)) {
    refuse(
      `${describeTensor(tensor)} has the zero point ${zeroPoint}, which ${type} cannot store (${stored.min} to ${stored.max})`,
    );
  }
  const real = (integer: number): number => Math.fround(scale * (integer - zeroPoint));
  return { dtype: type, scale, zeroPoint, range: { min: real(stored.min), max: real(stored.max) } };
}

/** Exactly the numbers in both. */
export function intersect(a: Interval, b: Interval): Interval {
  return { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) };
}

/** The smallest interval that holds all of them; at least one is needed. */
export function hull(intervals: readonly Interval[]): Interval {
  return intervals.reduce((a, b) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }));
}

/** The op that keeps a value within bounds; `undefined` when none is needed. */
export type Clamp =
  | { readonly op: 'relu' }
  | { readonly op: 'relu6' }
  | { readonly op: 'clamp'; readonly min?: number; readonly max?: number };

/**
 * The clamp that brings values of `produced` into `allowed`. A bound that cuts off less than one quantization step is no
 * clipping but rounding, and is dropped: softmax gives 1, of which uint8 stores 255/256. By the same measure 255 steps
 * of 6/255 are the 6 of a ReLU6.
 */
export function chooseClamp(produced: Interval, allowed: Interval, step: number): Clamp | undefined {
  const min = produced.min >= allowed.min - step ? undefined : allowed.min;
  const max = produced.max <= allowed.max + step ? undefined : allowed.max;
  if (min === undefined && max === undefined) return undefined;
  if (min === 0 && max === undefined) return { op: 'relu' };
  if (min === 0 && max !== undefined && Math.abs(max - 6) <= step / 2) return { op: 'relu6' };
  return { op: 'clamp', ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/** What a clamp lets through. */
export function clampInterval(clamp: Clamp): Interval {
  if (clamp.op === 'relu') return { min: 0, max: Infinity };
  if (clamp.op === 'relu6') return { min: 0, max: 6 };
  return { min: clamp.min ?? -Infinity, max: clamp.max ?? Infinity };
}
