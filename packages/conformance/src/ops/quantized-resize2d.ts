import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import {
  createIntegerFiller,
  describeIntegers,
  exactBound,
  extremeIntegers,
  type Integers,
  uniformIntegers,
} from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';

const resizes = fc.record({
  image: fc.tuple(upTo(2), upTo(6), upTo(6)),
  size: fc.tuple(upTo(9), upTo(9)),
  coordinates: fc.constantFrom('half-pixel' as const, 'align-corners' as const, 'asymmetric' as const),
});
type Drawn = typeof resizes extends fc.Arbitrary<infer Value> ? Value : never;

function build({ image, ...attributes }: Drawn, channels: number, integers: Integers): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const input = { tensor: filler.data([...image, channels]) };
  return singleNodeCase('quantized-resize2d', attributes, [input], describeIntegers(integers));
}

/** Exact; a mean of integers that are off is off by no more, and its rounding. */
export const quantizedResize2d: OpConformance<'quantized-resize2d'> = {
  classes: {
    ...mapClasses(channelClasses('c'), fc.tuple(resizes, uniformIntegers), (channels, [drawn, integers]) =>
      build(drawn, channels, integers),
    ),
    special_values: fc.tuple(resizes, extremeIntegers).map(([drawn, integers]) => build(drawn, 5, integers)),
  },
  bound: (call) => exactBound(call, ([error = 0]) => error),
};
