/**
 * @file Where a quantized network clips. The integers that an op stores stand for numbers between
 * `scale · (smallest − zeroPoint)` and `scale · (largest − zeroPoint)`, and the network was trained or calibrated with
 * that: computed in float32, it needs a clamp to those numbers, joined with the fused activation.
 */
import { refuse } from '../errors.js';
import { everything, type Interval } from '../range.js';
import { describeTensor } from './constants.js';
import type { TfliteTensor } from './model.js';

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

/**
 * Types whose numbers are themselves: real ones, truths, indices, pixels. What is computed of them is float32, in which whole numbers are
 * exact below 2²⁴.
 */
const plainTypes: ReadonlySet<string> = new Set(['float32', 'float16', 'bool', 'int32', 'int64', 'uint8']);

/** The quantization of a value that the network computes; `undefined` where its numbers are themselves. */
export function valueQuantization(tensor: TfliteTensor): ValueQuantization | undefined {
  const { type, quantization } = tensor;
  if (quantization === undefined && plainTypes.has(type)) return undefined;
  if (quantization === undefined || !(type === 'uint8' || type === 'int8' || type === 'int16')) {
    refuse(
      `${describeTensor(tensor)} holds ${type}${quantization === undefined ? ' without quantization' : ''}, but a network computes float32, whole numbers, or quantized uint8, int8 or int16`,
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
