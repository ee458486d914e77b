import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import {
  createIntegerFiller,
  describeIntegers,
  exactBound,
  extremeIntegers,
  type Integers,
  scaleOf,
  uniformIntegers,
} from '../integers.ts';
import { channelClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { wholeImageClasses } from './global-average-pool2d.ts';

function build(image: readonly number[], channels: number, integers: Integers): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const input = filler.data([...image, channels]);
  const output = filler.output(scaleOf(input));
  const { scale, zeroPoint } = input.quantization!;
  const same = {
    ...output,
    dtype: input.dtype as 'int8' | 'uint8',
    scale: scale[0]!,
    zeroPoint: zeroPoint[0]!,
  };
  const { min: _, max: __, ...unbounded } = same;
  const attributes =
    filler.random.integer(3) === 0 ? { output: unbounded, requantize: 'stored' as const } : { output };
  return singleNodeCase(
    'quantized-global-average-pool2d',
    attributes,
    [{ tensor: input }],
    describeIntegers(integers),
  );
}

const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

const byImage = mapClasses(wholeImageClasses, fc.tuple(someChannels, uniformIntegers), (image, drawn) =>
  build(image, ...drawn),
);
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(wholeImageClasses.width_prime, uniformIntegers),
  (channels, [image, integers]) => build(image, channels, integers),
);
const special = fc
  .tuple(wholeImageClasses.batch, someChannels, extremeIntegers)
  .map((drawn) => build(...drawn));

/** Exact. */
export const quantizedGlobalAveragePool2d: OpConformance<'quantized-global-average-pool2d'> = {
  classes: { ...byImage, ...byChannels, special_values: special },
  bound: (call) =>
    exactBound(call, ([error = 0]) => (error * scaleOf(call.inputs[0]!)) / call.node.attributes.output.scale),
};
