import { expectNumber, expectRows } from '../expect-arrays.js';
import type { Floats } from '../ops/training-op.js';
import { bestClass, softmaxRow } from './softmax.js';

/** What a batch cost. */
export interface BatchLoss {
  /** The mean over the batch. */
  readonly loss: number;
  /** Images whose class has the largest logit. */
  readonly correct: number;
}

/**
 * Softmax cross-entropy, the mean over a batch: `L = −1/N · Σ_n Σ_k t[n, k] · log p[n, k]` with `p = softmax(logits)`.
 *
 * The target t is 1 at the label and 0 elsewhere, mixed with `smoothing` of the uniform distribution (Szegedy et al. 2016,
 * arXiv:1512.00567, §7).
 *
 * @param logits `[N, classes]`.
 * @param gradient `[N, classes]`, gets ∂L/∂logits = (p − t) / N.
 */
export function softmaxCrossEntropy(
  logits: Floats,
  labels: ArrayLike<number>,
  smoothing: number,
  gradient: Floats,
): BatchLoss {
  const batch = labels?.length;
  expectRows(batch, { logits, gradient });
  expectNumber(smoothing, 'smoothing', 0, 1);
  const classes = logits.length / batch;
  const probabilities = new Float64Array(classes);
  const off = smoothing / classes;
  let loss = 0;
  let correct = 0;
  for (let n = 0; n < batch; n++) {
    softmaxRow(logits, n, classes, 1, probabilities);
    if (bestClass(logits, n, classes) === labels[n]) correct++;
    for (let k = 0; k < classes; k++) {
      const target = (k === labels[n] ? 1 - smoothing : 0) + off;
      // A probability that underflows to 0 would make an infinite loss out of a merely bad guess.
      if (target > 0) loss -= target * Math.log(Math.max(probabilities[k]!, Number.MIN_VALUE));
      gradient[n * classes + k] = (probabilities[k]! - target) / batch;
    }
  }
  return { loss: loss / batch, correct };
}
