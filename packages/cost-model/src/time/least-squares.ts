/**
 * Coefficients of at least 0 for which `Σ_j rows[i][j] · x[j]` is nearest to `targets[i]`, by the sum of
 * `weights[i] · (difference / targets[i])²`: what counts is the error in parts of the target.
 *
 * Coordinate descent on the normal equations: every step solves for one coefficient, and what would be negative is 0. The
 * problem is convex, so the order does not matter; a few dozen unknowns take milliseconds.
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  weights: readonly number[] = targets.map(() => 1),
): number[] {
  const unknowns = rows[0]?.length ?? 0;
  const scaled = rows.map((row, i) =>
    row.map((value) => (value / (targets[i] as number)) * Math.sqrt(weights[i] as number)),
  );
  // Columns of length 1: a coefficient per byte and one per call differ by many orders of magnitude.
  const lengths = Array.from(
    { length: unknowns },
    (_, j) => Math.hypot(...scaled.map((row) => row[j] as number)) || 1,
  );
  const gram = Array.from({ length: unknowns }, (_, j) =>
    Array.from(
      { length: unknowns },
      (__, k) =>
        scaled.reduce((sum, row) => sum + (row[j] as number) * (row[k] as number), 0) /
        ((lengths[j] as number) * (lengths[k] as number)),
    ),
  );
  const right = Array.from(
    { length: unknowns },
    (_, j) =>
      scaled.reduce((sum, row, i) => sum + (row[j] as number) * Math.sqrt(weights[i] as number), 0) /
      (lengths[j] as number),
  );
  const x = new Float64Array(unknowns);
  for (let round = 0; round < 5000; round++) {
    let change = 0;
    for (let j = 0; j < unknowns; j++) {
      const line = gram[j] as number[];
      const diagonal = line[j] as number;
      if (diagonal === 0) continue;
      let gradient = right[j] as number;
      for (let k = 0; k < unknowns; k++) gradient -= (line[k] as number) * (x[k] as number);
      const next = Math.max(0, (x[j] as number) + gradient / diagonal);
      change = Math.max(change, Math.abs(next - (x[j] as number)));
      x[j] = next;
    }
    if (change < 1e-10) break;
  }
  return Array.from(x, (value, j) => value / (lengths[j] as number));
}
