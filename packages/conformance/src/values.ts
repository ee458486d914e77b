/** @file Numbers to put into tensors. */

import { createRandom, createTensor, elementCount, type Random, type Shape } from '@sepconv/tensor';
import fc from 'fast-check';
import type { FloatTensor } from './floats.ts';
import { smallestNormal, smallestSubnormal } from './floats.ts';

/**
 * - `uniform`: −1…1;
 * - `integers`: −8…8, whose sums are exact in any order, so that a misplaced element cannot hide in the rounding;
 * - `wide`: signs and magnitudes from 2⁻²⁰ to 2²⁰, so that sums cancel;
 * - `tiny`: around the smallest normal number, so that products are subnormal or 0;
 * - `around`: −8…8 with the breakpoints of activations among them;
 * - `special`: uniform, with up to four elements replaced by NaN, ±∞, ±0, subnormal and largest numbers.
 */
export type ValueKind = 'uniform' | 'integers' | 'wide' | 'tiny' | 'around' | 'special';

/** Which numbers a case is filled with. */
export interface Values {
  readonly kind: ValueKind;
  readonly seed: number;
}

const breakpoints = [-6, -3, -1, -0, 0, 1, 3, 6];

const specialNumbers = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  smallestSubnormal,
  -smallestSubnormal,
  smallestNormal - smallestSubnormal,
  -smallestNormal,
];

function draw(kind: ValueKind, random: Random): number {
  const uniform = 2 * random.next() - 1;
  switch (kind) {
    case 'uniform':
    case 'special':
      return uniform;
    case 'integers':
      return random.integer(17) - 8;
    case 'wide':
      return Math.sign(uniform) * 2 ** (40 * random.next() - 20);
    case 'tiny':
      return uniform * 2 ** (-126 + 24 * random.next());
    case 'around':
      return random.next() < 0.25 ? (breakpoints[random.integer(breakpoints.length)] as number) : 8 * uniform;
  }
}

/** A tensor of a kind of numbers. */
export function drawTensor(shape: Shape, kind: ValueKind, random: Random): FloatTensor {
  const data = Float32Array.from({ length: elementCount(shape) }, () => draw(kind, random));
  if (kind === 'special') {
    for (let count = 1 + random.integer(4); count > 0; count--) {
      data[random.integer(data.length)] = specialNumbers[random.integer(specialNumbers.length)] as number;
    }
  }
  return createTensor('float32', shape, data);
}

/** Makes the tensors of a case, one after the other, from one seed. */
export interface Filler {
  /** Data that flows through the network. */
  data(shape: Shape): FloatTensor;
  /** Weights and biases: never special, and −1…1 where the data are tiny, so that their products are. */
  weight(shape: Shape): FloatTensor;
  /** Numbers in `low`…`high`. */
  between(shape: Shape, low: number, high: number): FloatTensor;
}

/** Tensors from the seed. */
export function createFiller({ kind, seed }: Values): Filler {
  const random = createRandom(seed);
  const weightKind = kind === 'special' || kind === 'tiny' || kind === 'around' ? 'uniform' : kind;
  return {
    data: (shape) => drawTensor(shape, kind, random),
    weight: (shape) => drawTensor(shape, weightKind, random),
    between: (shape, low, high) =>
      createTensor(
        'float32',
        shape,
        Float32Array.from({ length: elementCount(shape) }, () => low + (high - low) * random.next()),
      ),
  };
}

/** The words about values that end a label. */
export function describeValues({ kind, seed }: Values): string {
  return `${kind} values, seed ${seed}`;
}

/** Values of one of the given kinds. */
export function valuesOf(...kinds: readonly ValueKind[]): fc.Arbitrary<Values> {
  return fc.record({ kind: fc.constantFrom(...kinds), seed: fc.noShrink(fc.nat(0x7fffffff)) });
}

/** Values of linear ops. */
export const linearValues = valuesOf('uniform', 'integers', 'wide', 'uniform', 'tiny');

/** Values with NaN, infinities and subnormal numbers among the data. */
export const specialValues = valuesOf('special');

/** Values of activations. */
export const activationValues = valuesOf('around', 'around', 'wide', 'tiny');
