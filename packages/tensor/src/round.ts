/**
 * The nearest integer, of two equally near ones the even.
 *
 * @internal
 */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below;
  if (fraction !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * `clip(round(x / scale) + zeroPoint)` with the quotient rounded to float32; NaN becomes the zero point.
 *
 * @internal
 */
export function quantizeNumber(
  x: number,
  scale: number,
  zeroPoint: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const rounded = roundHalfEven(Math.fround(x / Math.fround(scale)));
  return Number.isNaN(rounded) ? zeroPoint : Math.min(max, Math.max(min, rounded + zeroPoint));
}
