import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { boundTensor, type FloatTensor, inflation, smallestSubnormal, unitRoundoff } from '../floats.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, specialValues, type Values, valuesOf } from '../values.ts';

/**
 * With `d = x − mean`, `s = √(mean(d²) + ε)`, `out = scale · d / s + shift`, over the C numbers of a row:
 *
 * - each d is off by at most `Δ = ε_x + mean(ε_x) + (C + 2)·u·mean(|x| + ε_x) + u·|d|`: its number, the mean of the others',
 *   the mean's roundings and its own;
 * - mean(d²) is the square of a norm, so s moves by at most the norm of Δ, `δ = √mean(Δ²)`, and by (C + 6)/2 roundings;
 * - the quotient then moves by `Δ / s' + |d|·δ / (s·s')` where `s' = s − δ` is the least that s can be (but never below √ε);
 * - a quotient below the normal numbers is off by up to 2⁻¹⁴⁹ more, which the scale multiplies;
 * - 4 roundings for reciprocal, quotient, scale and sum, and the oracle's store.
 */
function rowBound(
  row: Float32Array,
  errors: Float32Array,
  epsilon: number,
): (channel: number, scale: number, shift: number) => number {
  const count = row.length;
  const mean = row.reduce((sum, x) => sum + x, 0) / count;
  const meanError = errors.reduce((sum, e) => sum + e, 0) / count;
  const magnitude = row.reduce((sum, x) => sum + Math.abs(x), 0) / count + meanError;
  const ofMean = meanError + (count + 2) * unitRoundoff * magnitude + count * smallestSubnormal;
  const moved = Array.from(
    row,
    (x, c) => errors[c]! + ofMean + 2 * unitRoundoff * (Math.abs(x - mean) + errors[c]!),
  );
  const norm = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(count);
  const distance = norm(moved);
  const deviation = Math.sqrt(norm(Array.from(row, (x) => x - mean)) ** 2 + epsilon);
  const least = Math.max(Math.sqrt(epsilon), deviation - distance);
  return (channel, scale, shift) => {
    const d = Math.abs(row[channel]! - mean);
    const quotient = d / deviation;
    const change = moved[channel]! / least + (quotient * distance) / least;
    const rounding = ((count + 6) / 2 + 5) * unitRoundoff * (quotient + change);
    const ofSum = 2 * unitRoundoff * (Math.abs(scale) * (quotient + change) + Math.abs(shift));
    return Math.abs(scale) * (change + rounding + 2 * smallestSubnormal) + ofSum;
  };
}

function bound({ inputs, errors, output, node }: BoundCall<'layer-norm'>): FloatTensor {
  const [input, scale, shift] = inputs as readonly FloatTensor[];
  const channels = scale!.data.length;
  const rows = Array.from({ length: input!.data.length / channels }, (_, row) => {
    const part = (data: Float32Array): Float32Array => data.subarray(row * channels, (row + 1) * channels);
    return rowBound(part(input!.data), part(errors[0]!.data), node.attributes.epsilon);
  });
  return boundTensor(output.shape, (index) => {
    const c = index % channels;
    const least = rows[Math.floor(index / channels)]!(c, scale!.data[c]!, shift!.data[c]!);
    return least * inflation + 4 * smallestSubnormal;
  });
}

function build(shape: readonly number[], epsilon: number, values: Values): ConformanceCase {
  const filler = createFiller(values);
  const channels = [shape.at(-1)!];
  const operands = [filler.data(shape), filler.weight(channels), filler.weight(channels)].map((tensor) => ({
    tensor,
  }));
  return singleNodeCase('layer-norm', { epsilon }, operands, describeValues(values));
}

const epsilons = fc.constantFrom(1e-6, 1e-5, 0.1);
const values = valuesOf('uniform', 'integers', 'wide', 'tiny');
const regular = mapClasses(elementwiseClasses, fc.tuple(epsilons, values), (shape, drawn) =>
  build(shape, ...drawn),
);
const long = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(96, 257, 768), epsilons, values)
  .map(([rows, channels, epsilon, drawn]) => build([rows, channels], epsilon, drawn));
const special = fc
  .tuple(elementwiseClasses.width_prime!, epsilons, specialValues)
  .map(([shape, epsilon, drawn]) => build(shape, epsilon, drawn));

/** See {@link rowBound}; loose by √C where roundings are as likely up as down. */
export const layerNorm: OpConformance<'layer-norm'> = {
  classes: { ...regular, long_rows: long, special_values: special },
  bound,
};
