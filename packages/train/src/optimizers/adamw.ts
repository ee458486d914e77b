import type { UpdateRule } from './update-rule.js';

/** Options of AdamW. */
export interface AdamWOptions {
  readonly kind: 'adamw';
  /** The share of the past in the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** The share of the past in the mean of squares. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 *   m ← β₁ · m + (1 − β₁) · g,   s ← β₂ · s + (1 − β₂) · g²
 *   w ← w − rate · (m / (1 − β₁ᵗ) / (√(s / (1 − β₂ᵗ)) + ε) + decay · w)
 *
 * The decay does not pass through the means. Source: Loshchilov and Hutter 2019, arXiv:1711.05101.
 */
export function adamW({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWOptions): UpdateRule {
  return {
    states: ['mean', 'mean-square'],
    update: (values, gradient, [mean, square], { learningRate, weightDecay, step }) => {
      const meanCorrection = 1 - beta1 ** step;
      const squareCorrection = 1 - beta2 ** step;
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]!;
        const m = beta1 * mean![i]! + (1 - beta1) * g;
        const s = beta2 * square![i]! + (1 - beta2) * g * g;
        mean![i] = m;
        square![i] = s;
        const direction = m / meanCorrection / (Math.sqrt(s / squareCorrection) + epsilon);
        values[i] = values[i]! - learningRate * (direction + weightDecay * values[i]!);
      }
    },
  };
}
