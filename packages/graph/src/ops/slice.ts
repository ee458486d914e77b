import type { OpContract } from './contract.js';
import { fail, inputAt, withMovedElements } from './contract.js';

/** Attributes of a slice; one number per dimension in each. Nothing is counted from the end, and nothing is cut to fit. */
export interface SliceAttributes {
  /** The first position that is taken, from 0. */
  readonly starts: readonly number[];
  /** The position before which it ends; where the step is negative, the one that comes after the last, perhaps −1. */
  readonly ends: readonly number[];
  /** From one position to the next, not 0; negative ones run backwards. */
  readonly steps: readonly number[];
}

/**
 * A part of the input: along each dimension the positions `start, start + step, …` before `end`, so that the output has
 * `⌈(end − start) / step⌉` of them. A split into several outputs is several slices. Integers are taken as they are; where they
 * have a scale for each index of a dimension, that one must be taken whole.
 */
export const slice: OpContract<SliceAttributes> = {
  name: 'slice',
  kind: 'movement',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    const input = inputAt(context, 0);
    const { starts, ends, steps } = context.attributes;
    const rank = input.shape.length;
    if (starts.length !== rank || ends.length !== rank || steps.length !== rank) {
      fail(
        context,
        `needs ${rank} starts, ends and steps, one per dimension, not ${starts.length}, ${ends.length} and ${steps.length}`,
      );
    }
    const shape = input.shape.map((size, axis) => {
      const [start, end, step] = [starts[axis], ends[axis], steps[axis]] as [number, number, number];
      if (![start, end, step].every(Number.isInteger) || step === 0) {
        fail(
          context,
          `start, end and step of dimension ${axis} must be integers, and the step not 0, but they are ${start}, ${end} and ${step}`,
        );
      }
      const [least, most] = step > 0 ? [start + 1, size] : [-1, start - 1];
      if (start < 0 || start >= size || end < least || end > most) {
        fail(
          context,
          `along dimension ${axis} of ${size} it must take at least one position, but runs from ${start} to ${end} by ${step}`,
        );
      }
      return Math.ceil((end - start) / step);
    });
    const isWhole = (axis: number): boolean =>
      shape[axis] === input.shape[axis] && (steps[axis] as number) > 0;
    return [withMovedElements(context, input, shape, (axis) => (isWhole(axis) ? axis : undefined))];
  },
};
