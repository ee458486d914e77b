import type { UpdateRule } from './update-rule.js';

/** Options of RMSProp. */
export interface RmsPropOptions {
  readonly kind: 'rmsprop';
  /** The share of the past in the mean of squares. Default 0.9, as the MobileNet papers have it. */
  readonly decay?: number;
  /** Default 0.9. */
  readonly momentum?: number;
  /** Added to the mean of squares before the root. Default 0.001, as in TensorFlow's MobileNetV3. */
  readonly epsilon?: number;
}

/**
 * With the decayed gradient `h = g + decay · w`:
 *
 *   s ← ρ · s + (1 − ρ) · h²,   v ← momentum · v + rate · h / √(s + ε),   w ← w − v
 *
 * Source: Tieleman and Hinton 2012, in the form of TensorFlow, which the MobileNets were trained with.
 */
export function rmsProp({ decay = 0.9, momentum = 0.9, epsilon = 1e-3 }: RmsPropOptions): UpdateRule {
  return {
    states: ['mean-square', 'velocity'],
    update: (values, gradient, [square, velocity], { learningRate, weightDecay }) => {
      for (let i = 0; i < values.length; i++) {
        const h = gradient[i]! + weightDecay * values[i]!;
        const s = decay * square![i]! + (1 - decay) * h * h;
        const v = momentum * velocity![i]! + (learningRate * h) / Math.sqrt(s + epsilon);
        square![i] = s;
        velocity![i] = v;
        values[i] = values[i]! - v;
      }
    },
  };
}
