import { expectNumber } from './expect.js';

/** The nearest integer, of two equally near ones the even. */
export function roundHalfEven(value: number): number {
  expectNumber('roundHalfEven', value);
  const below = Math.floor(value);
  const fraction = value - below;
  if (fraction !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** `clip(round(x / scale) + zeroPoint)` with the quotient rounded to float32; NaN becomes the zero point. */
export function quantizeNumber(
  x: number,
  scale: number,
  zeroPoint: number,
  bounds: { readonly min: number; readonly max: number },
): number {
  expectNumber('quantizeNumber', x);
  expectNumber('quantizeNumber', scale);
  expectNumber('quantizeNumber', zeroPoint);
  const { min, max } = bounds ?? {};
  expectNumber('quantizeNumber', min);
  expectNumber('quantizeNumber', max);
  const rounded = roundHalfEven(Math.fround(x / Math.fround(scale)));
  return Number.isNaN(rounded) ? zeroPoint : Math.min(max, Math.max(min, rounded + zeroPoint));
}
