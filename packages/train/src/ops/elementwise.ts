import type { AttributesOf } from '@sepconv/graph';
import type { Floats, TrainingOp, TrainingOpName } from './training-op.js';

/** A function of one number with its derivative. Where the function has a kink, the derivative of either side is fine. */
export interface Elementwise<Attributes> {
  value(x: number, attributes: Attributes): number;
  slope(x: number, attributes: Attributes): number;
}

/** An op that maps each element by itself. */
export function elementwise<Name extends TrainingOpName>({
  value,
  slope,
}: Elementwise<AttributesOf[Name]>): TrainingOp<Name> {
  return {
    forward: ({ inputs, output, attributes }) => {
      const [input] = inputs as readonly [Floats];
      for (let i = 0; i < output.length; i++) output[i] = value(input[i]!, attributes);
    },
    backward: ({ inputs, attributes, outputGradient, inputGradients }) => {
      const [input] = inputs as readonly [Floats];
      const [target] = inputGradients;
      if (target === undefined) return;
      for (let i = 0; i < target.length; i++) {
        target[i] = target[i]! + outputGradient[i]! * slope(input[i]!, attributes);
      }
    },
  };
}

/** `1 / (1 + e⁻ˣ)` */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** `min(high, max(low, x))`, flat at both bounds: at a bound itself the slope is 0, as in TensorFlow. */
export const clamped = (
  x: number,
  low: number,
  high: number,
): { readonly value: number; readonly isInside: boolean } => ({
  value: Math.min(high, Math.max(low, x)),
  isInside: x > low && x < high,
});
