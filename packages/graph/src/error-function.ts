/** @file The error function, which `Math` does not have, to about 15 digits. */

/** Terms of the continued fraction; at z = 1, where it converges slowest, 150 give all digits of float64. */
const levels = 150;

/**
 * `erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1 · 3 · … · (2n+1))`: all terms have one sign, so nothing cancels. Source:
 * Abramowitz and Stegun 1964, 7.1.6.
 *
 * @internal
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/**
 * `erfc(x) = 1 − erf(x)` without losing digits where erf is near 1: for x > 1 it is
 * `e^(−x²) / √π · 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + …))))`. Source: Abramowitz and Stegun 1964, 7.1.14.
 *
 * @internal
 */
export function erfc(x: number): number {
  if (!(x > 1)) return 1 - erf(x);
  let fraction = x;
  for (let level = levels; level > 0; level--) fraction = x + level / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
