/** @file Every op that maps each number by itself. */
import { type AttributesOf, contractOf, type OpName, opNames, type UnaryOpName } from '@sepconv/graph';
import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { unaryBound } from '../unary-bound.ts';
import { activationValues, specialValues, type Values } from '../values.ts';

/** Attributes to draw from, of ops that have any. */
const attributes: { readonly [Name in UnaryOpName]?: readonly AttributesOf[Name][] } = {
  clamp: [{ min: 0, max: 6 }, { min: -1, max: 1 }, { min: 0.1 }, { max: 0.1 }, { min: 2, max: 2 }, {}],
  elu: [{ alpha: 1 }, { alpha: 0.3 }, { alpha: 2 }, { alpha: -1 }],
  gelu: [{ approximate: 'none' }, { approximate: 'tanh' }],
  'hard-sigmoid': [
    { slope: 1 / 6, offset: 0.5 },
    { slope: 0.2, offset: 0.5 },
    { slope: 1, offset: 0 },
  ],
  'leaky-relu': [{ slope: 0.01 }, { slope: 0.1 }, { slope: 1.5 }, { slope: -0.3 }, { slope: 0 }],
  selu: [
    { alpha: 1.6732632423543772, scale: 1.0507009873554805 },
    { alpha: 2, scale: 3 },
    { alpha: 1, scale: 1 },
  ],
};

function classesOf(op: UnaryOpName): OpConformance<OpName>['classes'] {
  const drawn = fc.constantFrom<object>(...(attributes[op] ?? [{}]));
  const build = (shape: readonly number[], values: Values, chosen: object): ConformanceCase =>
    inputCase(op, chosen as never, shape, values);
  const regular = mapClasses(elementwiseClasses, fc.tuple(activationValues, drawn), (shape, rest) =>
    build(shape, ...rest),
  );
  const special = fc
    .tuple(elementwiseClasses.width_prime!, specialValues, drawn)
    .map((rest) => build(...rest));
  return { ...regular, special_values: special };
}

/** What conformance means for every op on one number. */
export const unaryOps = Object.fromEntries(
  opNames
    .filter((op) => contractOf(op).activation !== undefined)
    .map((op) => [op, { classes: classesOf(op as UnaryOpName), bound: unaryBound }]),
) as { readonly [Name in UnaryOpName]: OpConformance<Name> };
