/** @file Rounding to the 256 steps that a tensor's own numbers span, as runtimes do it to activations that meet weights of bytes. */
import type { Composer } from './composer.js';
import { largest, smallest } from './reductions.js';

/** Far below any scale that numbers of float32 give, and far above where its reciprocal overflows. */
const leastRange = 2 ** -100;

/**
 * The value with its numbers rounded to int8 and back, each group along some dimensions by its own scale and zero point:
 *
 * `factor = 255 / (max(0, largest) − min(0, least))`, `zero` is the integer that −128 − factor · least, or 127 − factor · largest, is nearest
 * to, whichever errs less, and `(clip(round(factor · x) + zero) − zero) / factor`; each step in float32, halves to the even integer.
 *
 * Source: https://github.com/google/XNNPACK, src/xnnpack/quantization.h, `xnn_f32_qd8_asymmetric_quantization_params`.
 */
export function dynamicallyRounded(c: Composer, value: string, axes: readonly number[]): string {
  const zero = c.number(0);
  const least = c.plain('minimum', c.add(smallest(c, value, axes, true)), zero);
  const most = c.plain('maximum', c.add(largest(c, value, axes, true)), zero);
  const range = c.plain('maximum', c.plain('sub', most, least), c.number(leastRange));
  const factor = c.plain('div', c.number(255), range);
  const [low, high] = [c.plain('mul', least, factor), c.plain('mul', most, factor)];
  const errors = c.plain('add', c.plain('add', low, c.number(-128)), c.plain('add', high, c.number(127)));
  const isAtLeast = c.plain('less', zero, errors);
  const fromLeast = c.plain('mask', c.plain('sub', c.number(-128), low), isAtLeast);
  const fromMost = c.plain('mask', c.plain('sub', c.number(127), high), c.plain('equal', isAtLeast, zero));
  const point = c.plain('add', fromLeast, fromMost);
  const inside = c.plain('minimum', c.plain('maximum', point, c.number(-128)), c.number(127));
  const nudged = c.plain('round', inside);
  const stored = c.plain('add', c.plain('round', c.plain('mul', value, factor)), nudged);
  const clipped = c.host.helper('clamp', [stored], { min: -128, max: 127 });
  return c.plain('mul', c.plain('sub', clipped, nudged), c.plain('div', c.number(1), factor));
}
