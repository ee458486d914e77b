import { storedRange } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectFinite, expectInteger, fail, inputAt, refuseInt32, withElementsOf } from './contract.js';
import { isByte } from './quantized.js';

/** Attributes of padding. */
export interface PadAttributes {
  /** Elements added before each dimension. */
  readonly before: readonly number[];
  /** Elements added after each dimension. */
  readonly after: readonly number[];
  /** What the added elements are; finite, and for integers the stored one. */
  readonly value: number;
}

/** A tensor with a constant border; one number before and one after each dimension. */
export const pad: OpContract<PadAttributes> = {
  name: 'pad',
  kind: 'movement',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    refuseInt32(context);
    const input = inputAt(context, 0);
    const { before, after, value } = context.attributes;
    expectFinite(context, 'the value', value);
    if (isByte(input.dtype)) {
      const { min, max } = storedRange(input.dtype);
      if (!Number.isInteger(value) || value < min || value > max)
        fail(
          context,
          `the value must be an integer from ${min} to ${max}, as ${input.dtype} is, not ${value}`,
        );
    }
    const rank = input.shape.length;
    if (before.length !== rank || after.length !== rank) {
      fail(
        context,
        `needs ${rank} numbers before and after, one per dimension, not ${before.length} and ${after.length}`,
      );
    }
    const shape = input.shape.map((dimension, axis) => {
      expectInteger(context, `before[${axis}]`, before[axis] as number, 0);
      expectInteger(context, `after[${axis}]`, after[axis] as number, 0);
      return dimension + (before[axis] as number) + (after[axis] as number);
    });
    return [withElementsOf(context, input, shape)];
  },
};
