import { refuse } from './errors.js';

const largest = (2 - 2 ** -23) * 2 ** 127;

/**
 * What a border is filled with, as a graph can say it: an infinity, with which converters keep a maximum from taking the border, is the
 * largest number that there is on its side.
 */
export function borderNumber(value: number): number {
  if (Number.isNaN(value)) refuse('fills a border with NaN, which is not supported');
  return Math.max(-largest, Math.min(largest, value));
}
