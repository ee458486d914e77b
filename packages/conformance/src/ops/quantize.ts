import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { createIntegerFiller, exactBound } from '../integers.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

/** Scales so that most numbers of −8…8 are stored without clipping; one for each of the last dimension where `axis` says so. */
function build(shape: readonly number[], values: Values, perChannel: boolean): ConformanceCase {
  const filler = createIntegerFiller({ kind: 'uniform', seed: values.seed });
  const channels = perChannel ? (shape.at(-1) as number) : 1;
  const { dtype } = filler.output(1);
  const outputs = Array.from({ length: channels }, () => ({ ...filler.output(1 / 16), dtype }));
  const centre = dtype === 'int8' ? 0 : 128;
  const attributes = {
    dtype,
    scale: outputs.map(({ scale }) => scale),
    zeroPoint: outputs.map(({ zeroPoint }) =>
      zeroPoint >= centre - 100 && zeroPoint <= centre + 100 ? zeroPoint : centre,
    ),
    ...(perChannel && { axis: shape.length - 1 }),
    ...(filler.random.integer(2) === 0 && { by: 'reciprocal' as const }),
  };
  return inputCase('quantize', attributes, shape, values);
}

// `integers` over scales that are powers of two half an integer apart are ties.
const numbers = valuesOf('around', 'uniform', 'integers', 'wide');
const regular = mapClasses(elementwiseClasses, numbers, (shape, drawn) => build(shape, drawn, false));
const perChannel = fc
  .tuple(elementwiseClasses.batch!, numbers)
  .map(([shape, drawn]) => build(shape, drawn, true));
const special = fc
  .tuple(elementwiseClasses.width_prime!, specialValues)
  .map(([shape, drawn]) => build(shape, drawn, false));
const ties = fc.tuple(elementwiseClasses.width_prime!, valuesOf('integers')).map(([shape, values]) => {
  const attributes = { dtype: 'int8' as const, scale: [2], zeroPoint: [3] };
  return inputCase('quantize', attributes, shape, values);
});

/** Exact: the quotient is rounded to float32 by definition. */
export const quantize: OpConformance<'quantize'> = {
  classes: { ...regular, per_channel: perChannel, ties, special_values: special },
  bound: (call) => exactBound(call, ([error = 0]) => error / Math.min(...call.node.attributes.scale) + 1),
};
