import { TrainError } from '../errors.js';
import { expectNumber, expectRows } from '../expect-arrays.js';
import type { Floats } from '../ops/training-op.js';
import { expectOptions } from '../place.js';
import { softmaxRow } from './softmax.js';

/** How a network learns from another one. */
export interface DistillationOptions {
  /** By how much both networks' logits are divided; above 1, small probabilities count more. Default 4. */
  readonly temperature?: number;
  /** The share of the teacher in the loss, the labels having the rest. Default 0.7. */
  readonly weight?: number;
}

/**
 * Adds a teacher to a loss that is already there: `L ← (1 − w) · L + w · T² · 1/N · Σ_n KL(softmax(t/T) ‖ softmax(s/T))` for
 * the teacher's logits t and the student's s. T² keeps the gradient's size, whatever the temperature. Source: Hinton et al.
 * 2015, arXiv:1503.02531.
 *
 * @param student `[N, classes]`.
 * @param teacher `[N, classes]`.
 * @param gradient `[N, classes]`, holds ∂L/∂student of the loss so far, and gets that of the whole.
 * @returns the whole loss.
 */
export function distill(
  student: Floats,
  teacher: Floats,
  loss: number,
  batch: number,
  options: DistillationOptions,
  gradient: Floats,
): number {
  expectRows(batch, { student, teacher, gradient });
  const { temperature = 4, weight = 0.7 } = expectOptions(options);
  if (typeof loss !== 'number') throw new TrainError(`the loss must be a number, not ${typeof loss}`);
  expectNumber(temperature, 'temperature', Number.MIN_VALUE, Number.MAX_VALUE);
  expectNumber(weight, 'weight', 0, 1);
  const classes = student.length / batch;
  const own = new Float64Array(classes);
  const wanted = new Float64Array(classes);
  let divergence = 0;
  for (let n = 0; n < batch; n++) {
    softmaxRow(student, n, classes, temperature, own);
    softmaxRow(teacher, n, classes, temperature, wanted);
    for (let k = 0; k < classes; k++) {
      const [p, q] = [wanted[k]!, Math.max(own[k]!, Number.MIN_VALUE)];
      if (p > 0) divergence += p * Math.log(p / q);
      const at = n * classes + k;
      gradient[at] = (1 - weight) * gradient[at]! + (weight * temperature * (own[k]! - p)) / batch;
    }
  }
  return (1 - weight) * loss + (weight * temperature * temperature * divergence) / batch;
}
