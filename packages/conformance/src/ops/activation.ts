import type { AttributesOf, OpName } from '@sepconv/graph';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase } from '../types.ts';
import { activationValues, createFiller, describeValues, specialValues, type Values } from '../values.ts';

/** Cases of an op that maps each element by itself. */
export function activationClasses<Name extends OpName>(
  op: Name,
  attributes: fc.Arbitrary<AttributesOf[Name]>,
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const build = (shape: readonly number[], values: Values, drawn: AttributesOf[Name]): ConformanceCase =>
    singleNodeCase(op, drawn, [{ tensor: createFiller(values).data(shape) }], describeValues(values));
  const regular = mapClasses(elementwiseClasses, fc.tuple(activationValues, attributes), (shape, drawn) =>
    build(shape, ...drawn),
  );
  const special = fc
    .tuple(elementwiseClasses.width_prime!, specialValues, attributes)
    .map((drawn) => build(...drawn));
  return { ...regular, special_values: special };
}

/** Attributes of an op that has none. */
export const noAttributes = fc.constant({});
