import { elementCount } from '@sepconv/tensor';
import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { exponentialError } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestNormal, unitRoundoff } from '../floats.ts';
import { channelClasses, mapClasses } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

/** Beyond e⁻¹⁰⁴ there is nothing in float32. */
const farthest = 104;

/**
 * `y_i = e^(t_i) / S` with `t = x − max`. Rounding t by `u·|t|` changes e^t by the factor `1 ± u·|t|`; S collects its
 * terms' errors weighted by y, and n roundings; the quotient, perhaps by way of a reciprocal, and the store add 3. Errors
 * of the inputs change y_i by at most the factor `e^(ε_i + max ε)`. A small e^t may be flushed to 0.
 */
function bound({ inputs, errors, output, node }: BoundCall<'softmax'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const size = input.shape[node.attributes.axis]!;
  const inner = elementCount(input.shape.slice(node.attributes.axis + 1));
  const allowed = new Float64Array(input.data.length);
  for (let first = 0; first < allowed.length; first++) {
    if (Math.floor(first / inner) % size !== 0) continue;
    const places = Array.from({ length: size }, (_, k) => first + k * inner);
    const largest = Math.max(...places.map((place) => input.data[place]!));
    const largestError = Math.max(...places.map((place) => error.data[place]!));
    const distances = places.map((place) => Math.min(farthest, Math.abs(input.data[place]! - largest)));
    const meanDistance = places.reduce((sum, place, k) => sum + output.data[place]! * distances[k]!, 0);
    places.forEach((place, k) => {
      const y = output.data[place]!;
      const roundings = distances[k]! + meanDistance + size + 3;
      const relative = unitRoundoff * roundings + 2 * exponentialError;
      const moved = Math.expm1(error.data[place]! + largestError);
      // Neither result can be outside 0…1.
      allowed[place] = Math.min(
        Math.max(y, 1 - y),
        y * (relative * (1 + moved) + moved) * inflation ** 4 + 2 * smallestNormal,
      );
    });
  }
  return boundTensor(output.shape, (index) => allowed[index]!);
}

function build(shape: readonly number[], axis: number, values: Values): ConformanceCase {
  return inputCase('softmax', { axis }, shape, values);
}

const logits = valuesOf('around', 'uniform', 'wide');

const rows = mapClasses(
  channelClasses('c'),
  fc.tuple(fc.integer({ min: 1, max: 3 }), logits),
  (size, [batch, values]) => build([batch, size], 1, values),
);
const classes1000 = logits.map((values) => build([1, 1000], 1, values));
const anyAxis = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat(3), logits)
  .map(([shape, axis, values]) => build(shape, axis % shape.length, values));
const special = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }), specialValues)
  .map(([batch, size, values]) => build([batch, size], 1, values));

/** Relative error grows with the distance from the largest; at most 2 · 2 ulp come from eˣ. */
export const softmax: OpConformance<'softmax'> = {
  classes: { ...rows, classes_1000: classes1000, any_axis: anyAxis, special_values: special },
  bound,
};
