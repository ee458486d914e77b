import type { ParameterRole } from '@sepconv/graph';
import fc from 'fast-check';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase } from '../types.ts';

/** Shapes that broadcast against an image, by the name of their class. */
const partners: Readonly<Record<string, (shape: readonly number[]) => readonly number[]>> = {
  broadcast_channels: (shape) =>
    shape.map((size, axis) => (axis === 0 || axis === shape.length - 1 ? size : 1)),
  broadcast_pixels: (shape) => shape.map((size, axis) => (axis === shape.length - 1 ? 1 : size)),
  broadcast_vector: (shape) => shape.slice(-1),
  broadcast_one: (shape) => shape.map(() => 1),
  broadcast_scalar: () => [],
};

/** How the operands of a case stand: exchanged, or the second one a parameter. */
export interface Placement {
  readonly swap?: boolean;
  readonly role?: ParameterRole;
}

/**
 * Cases on two broadcast inputs: equal shapes, every way to stretch one of them, and a constant operand. `oneSided` is for
 * ops whose first input has the output's shape.
 */
export function broadcastClasses<Drawn>(
  build: (a: readonly number[], b: readonly number[], drawn: Drawn, placement: Placement) => ConformanceCase,
  values: fc.Arbitrary<Drawn>,
  special: fc.Arbitrary<Drawn>,
  oneSided = false,
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const equal = mapClasses(elementwiseClasses, values, (shape, drawn) => build(shape, shape, drawn, {}));
  const image = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 19 }),
  );
  const stretched = Object.fromEntries(
    Object.entries(partners).map(([name, partnerOf]) => [
      name,
      fc
        .tuple(image, values, oneSided ? fc.constant(false) : fc.boolean())
        .map(([shape, drawn, swap]) => build(shape, partnerOf(shape), drawn, { swap })),
    ]),
  );
  // A column and a row, both stretched.
  const outer = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 19 }), values)
    .map(([height, channels, drawn]) => build([1, height, 1, 1], [1, 1, 1, channels], drawn, {}));
  const constant = fc
    .tuple(image, values)
    .map(([shape, drawn]) => build(shape, shape.slice(-1), drawn, { role: 'constant' }));
  return {
    ...equal,
    ...stretched,
    ...(oneSided ? {} : { broadcast_outer: outer }),
    constant_operand: constant,
    special_values: fc.tuple(image, special).map(([shape, drawn]) => build(shape, shape, drawn, {})),
  };
}
