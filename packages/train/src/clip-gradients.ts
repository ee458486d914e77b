import type { Tensor } from '@sepconv/tensor';
import { expectNumber, expectTensors } from './expect-arrays.js';

/** The length of all gradients together as one vector. */
function globalNorm(gradients: Iterable<Tensor<'float32'>>): number {
  let squares = 0;
  for (const { data } of gradients) for (let i = 0; i < data.length; i++) squares += data[i]! * data[i]!;
  return Math.sqrt(squares);
}

/**
 * Shortens all gradients by one factor, so that together they are no longer than `most`.
 *
 * @returns the length that they had. Source: Pascanu et al. 2013, arXiv:1211.5063.
 */
export function clipGradients(gradients: ReadonlyMap<string, Tensor<'float32'>>, most: number): number {
  expectTensors(gradients, 'gradients');
  expectNumber(most, 'the largest norm', 0, Number.POSITIVE_INFINITY);
  const norm = globalNorm(gradients.values());
  if (norm > most) {
    for (const { data } of gradients.values()) {
      for (let i = 0; i < data.length; i++) data[i] = data[i]! * (most / norm);
    }
  }
  return norm;
}
