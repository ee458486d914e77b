import type { OpName } from '@sepconv/graph';
import fc from 'fast-check';
import { inputCase } from '../case.ts';
import {
  boundTensor,
  type FloatTensor,
  inflation,
  reachOf,
  smallestSubnormal,
  unitRoundoff,
} from '../floats.ts';
import { channelClasses, mapClasses, prime, upTo } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';

/**
 * The mean of up to `terms` numbers: `(k + 2) · u · mean(|x| + ε) + mean(ε) + k · 2⁻¹⁴⁹`. There are k − 1 additions, the
 * rounded reciprocal and its product, whether it is multiplied before or after adding up, and the oracle's store.
 */
export async function meanBound(
  { inputs, errors, output, run }: BoundCall<OpName>,
  terms: number,
): Promise<FloatTensor> {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const magnitude = await run([reachOf(input, error)]);
  const moved = await run([error]);
  return boundTensor(output.shape, (index) => {
    const rounding = (terms + 2) * unitRoundoff * magnitude.data[index]!;
    return (rounding + moved.data[index]!) * inflation + terms * smallestSubnormal;
  });
}

function build(image: readonly number[], channels: number, values: Values): ConformanceCase {
  return inputCase('global-average-pool2d', {}, [...image, channels], values);
}

const one = fc.constant(1);
const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

/** Images `[N, H, W]` by class, for ops that look at the whole image at once. */
export const wholeImageClasses = {
  image_1x1: fc.tuple(one, one, one),
  image_7x7: fc.tuple(one, fc.constant(7), fc.constant(7)),
  batch: fc.tuple(fc.integer({ min: 2, max: 4 }), upTo(4), upTo(4)),
  width_prime: fc.tuple(one, prime(7), prime(31)),
};

const byImage = mapClasses(wholeImageClasses, fc.tuple(someChannels, linearValues), (image, drawn) =>
  build(image, ...drawn),
);
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(fc.tuple(one, upTo(7), upTo(7)), linearValues),
  (channels, [image, values]) => build(image, channels, values),
);
const special = fc
  .tuple(wholeImageClasses.batch, someChannels, specialValues)
  .map(([image, channels, values]) => build(image, channels, values));

/** k = H · W. */
export const globalAveragePool2d: OpConformance<'global-average-pool2d'> = {
  classes: { ...byImage, ...byChannels, special_values: special },
  bound: (call) => meanBound(call, call.inputs[0]!.shape[1]! * call.inputs[0]!.shape[2]!),
};
