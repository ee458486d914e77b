import { erf as errorFunction } from '@sepconv/reference';
import { elementwise } from './elementwise.js';

/** `erf x`, whose slope is `2/√π · e^(−x²)`. */
export const erf = elementwise<'erf'>({
  value: errorFunction,
  slope: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
});
