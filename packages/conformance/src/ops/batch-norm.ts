import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import {
  boundTensor,
  type FloatTensor,
  firstInfinite,
  inflation,
  smallestSubnormal,
  unitRoundoff,
} from '../floats.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, type Values, valuesOf } from '../values.ts';

/**
 * Roundings of any usual way to write it: up to 3 of `f = scale / √(variance + ε)`, then `(x − mean) · f + shift` or
 * `x · f + (shift − mean · f)` with up to 4, and the oracle's store.
 */
const roundings = 8;

/**
 * `|f|·ε + r·u·(|x| + ε)·|f| + (r + k)·u·(|mean·f| + |shift|)`, k being the multiply-adds of the convolution before.
 *
 * The term k is for implementations that fold BatchNorm into that convolution: its shift then becomes a bias, and takes
 * part in the convolution's k roundings. What folding does to the weights is paid by `|f|·ε`, in which one of the
 * convolution's k + 2 roundings is the oracle's own. Loose by that k where nothing is folded. A folded sum may overflow on
 * the way where the convolution's own does not: its sizes, of which ε has told no less than (k + 2)·u, are |f| times as large.
 */
function bound({ inputs, errors, output, node, producerTerms }: BoundCall<'batch-norm'>): FloatTensor {
  const [input, scale, shift, mean, variance] = inputs as readonly FloatTensor[];
  const [error] = errors as readonly [FloatTensor];
  const channels = scale!.data.length;
  return boundTensor(output.shape, (index) => {
    const c = index % channels;
    const factor = Math.abs(scale!.data[c]!) / Math.sqrt(variance!.data[c]! + node.attributes.epsilon);
    const e = error.data[index]!;
    const reach = Math.abs(input!.data[index]!) + e;
    const constants = Math.abs(mean!.data[c]!) * factor + Math.abs(shift!.data[c]!);
    const foldedSizes = (e / ((producerTerms + 2) * unitRoundoff)) * factor + constants;
    if (producerTerms > 0 && foldedSizes >= firstInfinite) return Infinity;
    const rounding = roundings * reach * factor + (roundings + producerTerms) * constants;
    const subnormal = (reach + Math.abs(mean!.data[c]!) + roundings) * smallestSubnormal;
    return (factor * e + rounding * unitRoundoff) * inflation + subnormal;
  });
}

function build(shape: readonly number[], epsilon: number, values: Values): ConformanceCase {
  const filler = createFiller(values);
  const channels = [shape.at(-1)!];
  const operands = [
    filler.data(shape),
    filler.weight(channels),
    filler.weight(channels),
    filler.weight(channels),
    filler.between(channels, 0.001, 2),
  ].map((tensor) => ({ tensor }));
  return singleNodeCase('batch-norm', { epsilon }, operands, describeValues(values));
}

const epsilons = fc.constantFrom(1e-3, 1e-5, 0);
const regular = mapClasses(
  elementwiseClasses,
  fc.tuple(epsilons, valuesOf('uniform', 'integers', 'wide', 'tiny')),
  (shape, drawn) => build(shape, ...drawn),
);
const special = fc
  .tuple(elementwiseClasses.width_prime!, epsilons, valuesOf('special'))
  .map(([shape, epsilon, values]) => build(shape, epsilon, values));

/** Within {@link roundings}. */
export const batchNorm: OpConformance<'batch-norm'> = {
  classes: { ...regular, special_values: special },
  bound,
};
