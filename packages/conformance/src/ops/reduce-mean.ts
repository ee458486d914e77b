import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';
import { meanBound } from './global-average-pool2d.ts';

function build(
  shape: readonly number[],
  axes: readonly number[],
  keepDimensions: boolean,
  values: Values,
): ConformanceCase {
  return inputCase('reduce-mean', { axes, keepDimensions }, shape, values);
}

/** Means of means, where the dimensions do not lie side by side, are rounded twice more for each. */
const furtherRoundings = 6;

const pixels = fc.tuple(upTo(3), upTo(5), upTo(6));

const overPixels = mapClasses(
  channelClasses('c'),
  fc.tuple(pixels, fc.boolean(), linearValues),
  (channels, [image, keep, values]) => build([...image, channels], [1, 2], keep, values),
);
const overChannels = fc
  .tuple(pixels, upTo(70), fc.boolean(), linearValues)
  .map(([image, channels, keep, values]) => build([...image, channels], [3], keep, values));
const apart = fc
  .tuple(pixels, upTo(9), fc.constantFrom([0, 2], [1, 3], [0, 1, 3]), fc.boolean(), linearValues)
  .map(([image, channels, axes, keep, values]) => build([...image, channels], axes, keep, values));
const everything = fc
  .tuple(fc.array(upTo(5), { minLength: 1, maxLength: 4 }), fc.boolean(), linearValues)
  .map(([shape, keep, values]) => build(shape, [...shape.keys()], keep, values));
const special = fc
  .tuple(pixels, upTo(9), fc.constantFrom([1, 2], [3]), specialValues)
  .map(([image, channels, axes, values]) => build([...image, channels], axes, true, values));

/** k = the elements that are averaged. */
export const reduceMean: OpConformance<'reduce-mean'> = {
  classes: { ...overPixels, over_channels: overChannels, apart, everything, special_values: special },
  bound: (call) => {
    const { shape } = call.inputs[0]!;
    const terms = call.node.attributes.axes.reduce((product, axis) => product * shape[axis]!, 1);
    return meanBound(call, terms + furtherRoundings);
  },
};
