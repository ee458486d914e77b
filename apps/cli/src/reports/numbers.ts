/** @file Numbers for people: a unit by magnitude, so that columns stay short and comparable. */

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Divides by 1000 until the rounded number is below 1000. */
function scale(value: number, digits: number): { scaled: number; prefix: string } {
  let index = 0;
  let scaled = value;
  // 999 999 rounds to "1000.00 k" if only the unrounded number is looked at.
  while (index < prefixes.length - 1 && Number(scaled.toFixed(digits)) >= 1000) {
    scaled /= 1000;
    index++;
  }
  return { scaled, prefix: prefixes[index] as string };
}

/** `568740352` → `568.74 M`; below 1000 the number itself. */
export function formatCount(value: number): string {
  if (value < 1000) return String(value);
  const { scaled, prefix } = scale(value, 2);
  return `${scaled.toFixed(2)} ${prefix}`;
}

/** Every digit, grouped: `568 740 352`, with no-break spaces. */
export function formatExact(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** `4816896` → `4.82 MB`, powers of 1000. */
export function formatBytes(value: number): string {
  const { scaled, prefix } = scale(value, 2);
  return prefix === '' ? `${value} B` : `${scaled.toFixed(2)} ${prefix}B`;
}

/** Three significant digits without an exponent: `1.23`, `12.3`, `123`, `1230`. */
export function threeDigits(value: number): string {
  const magnitude = Math.abs(value);
  if (Number(magnitude.toFixed(2)) < 10) return value.toFixed(2);
  return Number(magnitude.toFixed(1)) < 100 ? value.toFixed(1) : value.toFixed(0);
}

const timeUnits = [
  ['ns', 1e-6],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1e3],
] as const;

/** A duration in milliseconds as `1.23 ms`, `45.6 µs`, `7.89 s`. */
export function formatMilliseconds(milliseconds: number): string {
  for (const [unit, size] of timeUnits) {
    const text = threeDigits(milliseconds / size);
    if (unit === 's' || Number(text) < 1000) return `${text} ${unit}`;
  }
  throw new Error('unreachable: seconds take every number');
}

/** A share of 1 as `94.9 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A factor as `8.69×`. */
export function formatFactor(factor: number): string {
  return `${threeDigits(factor)}×`;
}

/** Floating-point operations per second from their number and milliseconds: `47.1 GFLOP/s`. */
export function formatRate(flops: number, milliseconds: number): string {
  return `${threeDigits(flops / milliseconds / 1e6)} GFLOP/s`;
}
