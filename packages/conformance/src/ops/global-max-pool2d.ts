import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { channelClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';
import { wholeImageClasses } from './global-average-pool2d.ts';
import { largestError } from './max-pool2d.ts';

function build(image: readonly number[], channels: number, values: Values): ConformanceCase {
  return inputCase('global-max-pool2d', {}, [...image, channels], values);
}

const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

const byImage = mapClasses(wholeImageClasses, fc.tuple(someChannels, linearValues), (image, drawn) =>
  build(image, ...drawn),
);
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(wholeImageClasses.image_7x7, linearValues),
  (channels, [image, values]) => build(image, channels, values),
);
const special = fc
  .tuple(wholeImageClasses.batch, someChannels, specialValues)
  .map(([image, channels, values]) => build(image, channels, values));

/** Exact. */
export const globalMaxPool2d: OpConformance<'global-max-pool2d'> = {
  classes: { ...byImage, ...byChannels, special_values: special },
  bound: largestError,
};
