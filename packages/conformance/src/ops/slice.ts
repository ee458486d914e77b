import type { Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { movedErrors } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { describeIntegers, movedIntegers, uniformIntegers } from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, specialValues, type Values, valuesOf } from '../values.ts';

/** What is taken of one dimension of `size`. */
interface Range {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const sizesOf = (ranges: readonly Range[]): number[] => ranges.map(({ size }) => size);

function sliceOf(ranges: readonly Range[], tensor: Tensor, words: string): ConformanceCase {
  const attributes = {
    starts: ranges.map(({ start }) => start),
    ends: ranges.map(({ end }) => end),
    steps: ranges.map(({ step }) => step),
  };
  return singleNodeCase('slice', attributes, [{ tensor }], words);
}

const build = (ranges: readonly Range[], values: Values): ConformanceCase =>
  sliceOf(ranges, createFiller(values).data(sizesOf(ranges)), describeValues(values));

const values = valuesOf('uniform', 'wide');

/** All of a dimension, or `count` neighbours with some before and behind. */
const whole = (size: number): Range => ({ size, start: 0, end: size, step: 1 });
const among = (before: number, count: number, behind: number): Range => ({
  size: before + count + behind,
  start: before,
  end: before + count,
  step: 1,
});

/** Any positions, forwards or backwards. */
const stepped = fc
  .tuple(fc.nat(3), upTo(8), fc.nat(3), upTo(3), fc.boolean())
  .map(([before, count, behind, step, isForward]): Range => {
    const size = before + (count - 1) * step + 1 + behind;
    const last = size - 1 - behind;
    return isForward
      ? { size, start: before, end: last + 1, step }
      : { size, start: last, end: before - 1, step: -step };
  });

const pixels = fc.tuple(upTo(2), upTo(4), upTo(5));
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(pixels, fc.nat(9), fc.nat(9), values),
  (channels, [image, before, behind, drawn]) =>
    build([...image.map(whole), among(before, channels, behind)], drawn),
);
/** A crop of the image: rows and columns, all channels. */
const crop = fc
  .tuple(fc.nat(2), upTo(5), fc.nat(2), upTo(9), values)
  .map(([before, count, behind, channels, drawn]) =>
    build([whole(1), among(before, count, behind), among(behind, count, before), whole(channels)], drawn),
  );
const everySecond = fc
  .tuple(stepped, stepped, upTo(9), values)
  .map(([rows, columns, channels, drawn]) => build([whole(1), rows, columns, whole(channels)], drawn));
const anyRank = fc
  .tuple(fc.array(stepped, { minLength: 1, maxLength: 4 }), values)
  .map((drawn) => build(...drawn));
const special = fc.tuple(stepped, specialValues).map(([range, drawn]) => build([range], drawn));

/** Bytes and int32; where they have a scale for each channel, all channels are taken. */
const integers = fc
  .tuple(fc.array(stepped, { maxLength: 3 }), upTo(9), uniformIntegers)
  .map(([ranges, channels, drawn]) => {
    const all = [...ranges, whole(channels)];
    return sliceOf(all, movedIntegers(sizesOf(all), drawn), describeIntegers(drawn));
  });

/** Exact. */
export const slice: OpConformance<'slice'> = {
  classes: {
    ...byChannels,
    crop,
    every_second: everySecond,
    any_rank: anyRank,
    special_values: special,
    integers,
  },
  bound: movedErrors,
};
