/** @file How numbers are written, the same on every page. */
import type { Language } from './frame.js';

const locales: Readonly<Record<Language, string>> = { en: 'en-US', zh: 'zh-CN' };

/** An exact integer with separators: `924,844,032`. */
export function exact(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { maximumFractionDigits: 0 }).format(value);
}

const units = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Three digits and a unit, powers of 1000: `925 M`. The unit sign is the same in every language. */
export function short(value: number): string {
  let index = 0;
  let scaled = value;
  // 999.5 would be rounded to 1000, which is one of the next unit.
  while (scaled >= 999.5 && index < units.length - 1) {
    scaled /= 1000;
    index++;
  }
  const digits = index === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${units[index]}`.trim();
}

/** A decimal with so many significant digits, trailing zeros kept: `0.11502`. */
export function decimal(value: number, digits: number): string {
  return value.toPrecision(digits);
}

/** A measured number, three digits of which mean something: `25.3`, and `1,843` where it is large. */
export function measured(value: number, language: Language): string {
  return value >= 999.5 ? exact(value, language) : value.toPrecision(3);
}

/** A share of a whole: `88.5%`. */
export function percent(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(value);
}

/** A factor: `8.69`, and `86.9` when it is large. */
export function factor(value: number): string {
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}
