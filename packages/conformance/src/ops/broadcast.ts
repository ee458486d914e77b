import type { OpName, ParameterRole } from '@sepconv/graph';
import fc from 'fast-check';
import { type Operand, singleNodeCase } from '../case.ts';
import { boundTensor, type FloatTensor } from '../floats.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { BoundCall, ConformanceCase } from '../types.ts';
import { createFiller, describeValues, type Values, valuesOf } from '../values.ts';

type BinaryOp = Extract<OpName, 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'prelu'>;

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
interface Placement {
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

/** The cases of an op on real numbers. */
export function binaryClasses(
  op: BinaryOp,
  { oneSided = false }: { readonly oneSided?: boolean } = {},
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const build = (
    a: readonly number[],
    b: readonly number[],
    values: Values,
    { swap = false, role }: Placement,
  ): ConformanceCase => {
    const filler = createFiller(values);
    const operands: Operand[] = [
      { tensor: filler.data(a) },
      { tensor: filler.data(b), ...(role === undefined ? {} : { role }) },
    ];
    return singleNodeCase(op, {}, swap ? operands.reverse() : operands, describeValues(values));
  };
  const values = valuesOf('uniform', 'integers', 'wide', 'tiny');
  return broadcastClasses(build, values, valuesOf('special'), oneSided);
}

/** Operands and errors of an op on two inputs, each stretched to the output's shape: 0 is added to them. */
export async function stretchOperands({ inputs, errors, run }: BoundCall<OpName>): Promise<{
  readonly a: FloatTensor;
  readonly b: FloatTensor;
  readonly errorA: FloatTensor;
  readonly errorB: FloatTensor;
}> {
  const zeroOf = ({ shape }: FloatTensor): FloatTensor => boundTensor(shape, () => 0);
  const stretch = (tensors: readonly FloatTensor[]): Promise<FloatTensor> =>
    run(tensors, { op: 'add', attributes: {} });
  const [a, b] = inputs as readonly [FloatTensor, FloatTensor];
  const [errorA, errorB] = errors as readonly [FloatTensor, FloatTensor];
  return {
    a: await stretch([a, zeroOf(b)]),
    b: await stretch([zeroOf(a), b]),
    errorA: await stretch([errorA, zeroOf(b)]),
    errorB: await stretch([zeroOf(a), errorB]),
  };
}
