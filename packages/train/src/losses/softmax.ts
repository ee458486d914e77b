/** Probabilities of one row of logits, divided by a temperature first: `eˣ/ᵀ / Σ eˣ/ᵀ`, in float64. */
export function softmaxRow(
  logits: ArrayLike<number>,
  row: number,
  classes: number,
  temperature: number,
  into: Float64Array,
): void {
  let most = -Infinity;
  for (let k = 0; k < classes; k++) most = Math.max(most, logits[row * classes + k]!);
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    into[k] = Math.exp((logits[row * classes + k]! - most) / temperature);
    sum += into[k]!;
  }
  for (let k = 0; k < classes; k++) into[k] = into[k]! / sum;
}

/** The class with the largest logit of a row; of equal ones the first, and −1 where one is no number. */
export function bestClass(logits: ArrayLike<number>, row: number, classes: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) {
    if (Number.isNaN(logits[row * classes + k]!)) return -1;
    if (logits[row * classes + k]! > logits[row * classes + best]!) best = k;
  }
  return best;
}
