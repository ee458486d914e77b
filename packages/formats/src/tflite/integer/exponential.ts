/** @file The exponential function as the C library of WebAssembly builds computes it in float32. */
import { roundHalfEven } from '@sepconv/tensor';

/** Powers of two are looked up in 32nds. */
const parts = 32;
const powers = Array.from({ length: parts }, (_, i) => 2 ** (i / parts));
/** `2^(r / 32)` for |r| ≤ ½, from the third power down to the first. */
const coefficients = [
  0.05550361559341535 / parts ** 3,
  0.2402284522445722 / parts ** 2,
  0.6931471806916203 / parts,
] as const;

/**
 * `eˣ` of a float32, computed in float64 and rounded once: off by half an ulp and two thousandths of one, so that it is not always the
 * nearest float32.
 *
 * Source: musl, src/math/expf.c and exp2f_data.c.
 */
export function expf(x: number): number {
  if (x < -104) return 0;
  if (x > 89) return Infinity;
  const scaled = x * (Math.LOG2E * parts);
  const whole = roundHalfEven(scaled);
  const r = scaled - whole;
  const [third, second, first] = coefficients;
  const power = 2 ** Math.floor(whole / parts) * powers[whole - parts * Math.floor(whole / parts)]!;
  return Math.fround(((third * r + second) * (r * r) + (first * r + 1)) * power);
}
